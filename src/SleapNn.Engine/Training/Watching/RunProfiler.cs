using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SleapNn.Training.Watching;

/// <summary>
/// Measures how long the parts of a run take (<c>trainer_config.profiler</c>), and writes a table of them into its folder:
/// <c>simple</c> their number, mean and sum, <c>advanced</c> also how they spread and the managed memory that they took, <c>pytorch</c> also a trace
/// that Chrome's viewer (chrome://tracing) opens. On a GPU a part ends when its work is handed over, not when it is done.
/// </summary>
internal sealed class RunProfiler(string kind)
{
    /// <summary>The name of the table's file.</summary>
    public const string TableName = "profile.txt";

    /// <summary>The name of the trace's file.</summary>
    public const string TraceName = "profile.trace.json";

    // Of the trace only: the table holds the sums of all.
    private const int MostEvents = 200_000;

    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, (List<double> Milliseconds, long Bytes)> parts = [];
    private readonly List<(string Name, double StartMicroseconds, double DurationMicroseconds)> events = [];

    /// <summary>The profiler of a configuration; null where it has none.</summary>
    public static RunProfiler? Of(string? kind) => kind is null or "passthrough" ? null : new RunProfiler(kind);

    /// <summary>Measures a part until it is disposed.</summary>
    /// <param name="name">What it does.</param>
    public Part Measure(string name) => new(this, name);

    /// <summary>Measures how long it takes to get each of a row of things.</summary>
    public IEnumerable<T> MeasureEach<T>(string name, IEnumerable<T> items)
    {
        using var each = items.GetEnumerator();
        while (true)
        {
            using (Measure(name))
            {
                if (!each.MoveNext())
                {
                    break;
                }
            }

            yield return each.Current;
        }
    }

    /// <summary>The table, the longest part first.</summary>
    public string Table()
    {
        var all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var isLong = kind != "simple";
        string[] head = ["Part", "Calls", "Mean (ms)", "Total (s)", "Share (%)", .. isLong ? new[] { "Least (ms)", "Median (ms)", "95 % (ms)", "Most (ms)", "Managed (MB)" } : []];
        var rows = parts.OrderByDescending(part => part.Value.Milliseconds.Sum()).Select(part =>
        {
            var sorted = part.Value.Milliseconds.Order().ToList();
            var sum = sorted.Sum();
            string[] row = [part.Key, sorted.Count.ToString(CultureInfo.InvariantCulture), Text(sum / sorted.Count), Text(sum / 1000), Text(100 * sum / all)];
            return isLong ? [.. row, Text(sorted[0]), Text(At(0.5)), Text(At(0.95)), Text(sorted[^1]), Text(part.Value.Bytes / 1e6)] : row;

            double At(double share) => sorted[(int)Math.Round(share * (sorted.Count - 1))];
        }).Prepend(head).ToList();
        var widths = head.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
        }

        return text.Append(CultureInfo.InvariantCulture, $"In all {all / 1000:f3} s; parts within others count in both.").AppendLine().ToString();

        static string Text(double number) => number.ToString("f3", CultureInfo.InvariantCulture);
    }

    /// <summary>Writes the table, and the trace where one is asked for.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, TableName), Table());
        if (kind == "pytorch")
        {
            AtomicFile.Write(Path.Combine(folder, TraceName), stream =>
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartObject();
                json.WriteString("displayTimeUnit", "ms");
                json.WriteStartArray("traceEvents");
                foreach (var (name, at, duration) in events)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("cat", "training");
                    json.WriteString("ph", "X");
                    json.WriteNumber("ts", at);
                    json.WriteNumber("dur", duration);
                    json.WriteNumber("pid", 1);
                    json.WriteNumber("tid", 1);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }

    private void Add(string name, long began, long bytes)
    {
        var took = Stopwatch.GetElapsedTime(began);
        var (milliseconds, before) = parts.GetValueOrDefault(name, ([], 0));
        milliseconds.Add(took.TotalMilliseconds);
        parts[name] = (milliseconds, before + bytes);
        if (kind == "pytorch" && events.Count < MostEvents)
        {
            events.Add((name, Stopwatch.GetElapsedTime(start, began).TotalMicroseconds, took.TotalMicroseconds));
        }
    }

    /// <summary>A part that is being measured.</summary>
    internal readonly struct Part(RunProfiler owner, string name) : IDisposable
    {
        private readonly long began = Stopwatch.GetTimestamp();
        private readonly long bytes = GC.GetAllocatedBytesForCurrentThread();

        /// <inheritdoc/>
        public void Dispose() => owner.Add(name, began, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
}
