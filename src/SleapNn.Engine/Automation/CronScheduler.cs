using System.Globalization;
using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>A line of the user's crontab, below a comment by which it is found again.</summary>
public sealed class CronScheduler : IScheduler
{
    /// <summary>How the file ends that keeps what the last run wrote.</summary>
    internal const string OutputExtension = ".output.txt";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedFile> Plan(ScheduledJob job)
    {
        Line(job);
        return [];
    }

    /// <inheritdoc/>
    public string Describe(ScheduledJob job) => $"Add to the crontab: {Line(job)}";

    /// <inheritdoc/>
    public string? Add(ScheduledJob job)
    {
        Write([.. Without(Read(), job.Name), Mark(job.Name), Line(job)]);
        return null;
    }

    /// <inheritdoc/>
    public void Remove(string name)
    {
        var before = Read();
        var after = Without(before, name).ToList();
        if (after.Count < before.Count)
        {
            Write(after);
        }
    }

    /// <inheritdoc/>
    public void Refresh()
    {
    }

    /// <inheritdoc/>
    public bool Has(string name) => ProgramRunner.Find("crontab") is not null && Read().Contains(Mark(name));

    /// <summary>The line of a job.</summary>
    /// <param name="job">The job.</param>
    /// <returns>The times and the command.</returns>
    /// <exception cref="AutomationException">Cron cannot start at these times (ScheduleNotPossible), or the command cannot be on a line (PathNotPossible).</exception>
    public static string Line(ScheduledJob job)
    {
        // What the last run wrote is kept, since cron would mail it, and often to nobody.
        var output = Path.Combine(job.Folder, job.Name + OutputExtension);
        var command = $"{job.Command.ForShell()} >{CommandLine.ShellWord(output)} 2>&1";
        if (command.AsSpan().ContainsAny('\n', '\r'))
        {
            throw new AutomationException("PathNotPossible", $"A line of a crontab cannot hold a path with line breaks: {command}", command);
        }

        // To cron, a percent sign ends the line.
        return $"{Times(job.Schedule)} {command.Replace("%", "\\%", StringComparison.Ordinal)}";
    }

    private static string Times(AutomationSchedule schedule)
    {
        if (schedule.At is { } time)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{time.Minute} {time.Hour} * * *");
        }

        var interval = schedule.Interval!.Value;
        var (minutes, hours) = ((int)interval.TotalMinutes, (int)interval.TotalHours);
        return interval switch
        {
            { TotalMinutes: 1 } => "* * * * *",
            { TotalDays: 1 } => "0 0 * * *",
            { TotalHours: 1 } => "0 * * * *",
            _ when interval == TimeSpan.FromMinutes(minutes) && minutes < 60 && 60 % minutes == 0 => $"*/{minutes} * * * *",
            _ when interval == TimeSpan.FromHours(hours) && hours > 0 && 24 % hours == 0 => $"0 */{hours} * * *",
            _ => throw new AutomationException(
                "ScheduleNotPossible",
                $"Cron cannot start something every {interval}. Choose minutes that divide an hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30), hours that divide a day (1, 2, 3, 4, 6, 8, 12, 24), a time of day with -At, or -Kind Systemd.",
                interval),
        };
    }

    private static string Mark(string name) => $"# SleapNn automation {name}, written by Register-SleapAutomation";

    private static IReadOnlyList<string> Read()
    {
        var (code, output, error) = SchedulerProgram.Run("crontab", ["-l"]);

        // A user without a crontab gets an error. Any other must not be taken for an empty one, which would then be written.
        return code == 0 ? output.Split('\n').SkipLast(output.EndsWith('\n') ? 1 : 0).ToList()
            : error.Contains("no crontab", StringComparison.OrdinalIgnoreCase) ? []
            : throw new AutomationException("SchedulerFailed", $"'crontab -l' has failed with exit code {code}: {error.Trim()}", "crontab");
    }

    private static IEnumerable<string> Without(IReadOnlyList<string> lines, string name)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] == Mark(name))
            {
                i++;
                continue;
            }

            yield return lines[i];
        }
    }

    private static void Write(IReadOnlyList<string> lines) => SchedulerProgram.RunOrThrow("crontab", ["-"], string.Concat(lines.Select(line => line + "\n")));
}
