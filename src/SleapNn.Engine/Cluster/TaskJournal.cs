using System.Globalization;

namespace SleapNn.Cluster;

/// <summary>
/// What a run's nodes have noted in the job's folder: one line an event, only ever added to, so that a kill at any time
/// leaves all before it. A line has the seconds since 1970, the event, the node and the exit code.
/// </summary>
/// <param name="Attempts">How many times it was begun.</param>
/// <param name="Elapsed">How long nodes have worked on it, an attempt that goes on included.</param>
/// <param name="Node">The last node.</param>
/// <param name="Last">The last event: <c>begin</c>, <c>end</c>, <c>requeue</c>, <c>stop</c>; null before the first.</param>
/// <param name="ExitCode">The exit code of the last attempt; null where it has not ended.</param>
/// <param name="Note">What the script adds in words, or an empty text.</param>
internal sealed record TaskJournal(int Attempts, TimeSpan Elapsed, string Node, string? Last, int? ExitCode, string Note)
{
    /// <summary>Reads a journal.</summary>
    /// <param name="path">Its path; a file that is not there is a run that has not begun.</param>
    /// <param name="now">The time, for an attempt that goes on.</param>
    /// <returns>What it tells. A line that is damaged is left out.</returns>
    public static TaskJournal Read(string path, DateTimeOffset now)
    {
        var (attempts, seconds, node, last, code, note) = (0, 0.0, "", (string?)null, (int?)null, "");
        var begun = 0.0;
        foreach (var line in File.Exists(path) ? SharedFile.ReadAllLines(path) : [])
        {
            var fields = line.Split('\t');
            if (fields.Length < 3 || !double.TryParse(fields[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var time))
            {
                continue;
            }

            (last, node) = (fields[1], fields[2]);
            note = fields.Length > 4 ? fields[4] : "";
            code = fields.Length > 3 && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var exit) ? exit : null;
            if (last == "begin")
            {
                attempts++;
                begun = time;
            }
            else
            {
                seconds += Math.Max(0, time - begun);
                begun = time;
            }
        }

        if (last == "begin")
        {
            seconds += Math.Max(0, (now - DateTimeOffset.FromUnixTimeMilliseconds((long)(begun * 1000))).TotalSeconds);
        }

        return new TaskJournal(attempts, TimeSpan.FromSeconds(Math.Round(seconds)), node, last, code, note);
    }
}
