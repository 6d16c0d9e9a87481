using System.Globalization;
using System.Management.Automation;

namespace SleapNn.Host;

/// <summary>
/// Shows progress: on a terminal as one line that is drawn over, elsewhere (a log file) as a plain line now and then.
/// </summary>
internal sealed class ProgressDisplay(TextWriter writer, bool isTerminal, Func<int> width, TimeProvider time)
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, ProgressRecord> activities = [];
    private readonly Dictionary<int, (string Activity, DateTimeOffset At)> lines = [];
    private DateTimeOffset drawnAt;
    private bool visible;

    /// <summary>Takes in a report.</summary>
    public void Show(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            activities.Remove(record.ActivityId);
            lines.Remove(record.ActivityId);
            Hide();
            return;
        }

        activities[record.ActivityId] = record;
        if (isTerminal)
        {
            Draw();
        }
        else
        {
            WriteLine(record);
        }
    }

    /// <summary>Takes the bar off the terminal, so that something else can be written.</summary>
    public void Hide()
    {
        if (visible)
        {
            writer.Write("\r\e[K");
            writer.Flush();
            visible = false;
            drawnAt = default;
        }
    }

    /// <summary>Forgets all activities.</summary>
    public void Clear()
    {
        Hide();
        activities.Clear();
        lines.Clear();
    }

    private static string Text(ProgressRecord record)
    {
        var parts = new List<string> { record.Activity };
        if (!string.IsNullOrWhiteSpace(record.StatusDescription) && record.StatusDescription != "Processing")
        {
            parts.Add(record.StatusDescription);
        }

        if (!string.IsNullOrWhiteSpace(record.CurrentOperation))
        {
            parts.Add(record.CurrentOperation);
        }

        if (record.SecondsRemaining >= 0)
        {
            parts.Add(TimeSpan.FromSeconds(record.SecondsRemaining).ToString(record.SecondsRemaining >= 3600 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) + " left");
        }

        return string.Join(" | ", parts);
    }

    private void Draw()
    {
        var now = time.GetUtcNow();
        if (now - drawnAt < Redraw)
        {
            return;
        }

        drawnAt = now;
        // The deepest activity says most; the outer ones are shown by their percentage.
        var record = activities.Values.OrderBy(a => a.ParentActivityId).ThenBy(a => a.ActivityId).Last();
        var bar = "";
        if (record.PercentComplete >= 0)
        {
            var full = Math.Min(100, record.PercentComplete) * BarWidth / 100;
            bar = $"[{new string('#', full)}{new string('.', BarWidth - full)}] {record.PercentComplete,3}% ";
        }

        var text = bar + Text(record);
        var room = Math.Max(20, width() - 1);
        writer.Write("\r" + (text.Length > room ? text[..room] : text) + "\e[K");
        writer.Flush();
        visible = true;
    }

    private void WriteLine(ProgressRecord record)
    {
        var now = time.GetUtcNow();
        if (lines.TryGetValue(record.ActivityId, out var last) && last.Activity == record.Activity && now - last.At < BetweenLines)
        {
            return;
        }

        lines[record.ActivityId] = (record.Activity, now);
        var percent = record.PercentComplete >= 0 ? $"{record.PercentComplete,3}% " : "";
        writer.WriteLine(percent + Text(record));
        writer.Flush();
    }
}
