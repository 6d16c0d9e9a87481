using System.Globalization;
using System.Text;

namespace SleapNn.Training;

/// <summary>
/// A run's <c>training_log.csv</c>: a row an epoch, with sleap-nn's columns. (sleap-nn writes each epoch's training loss
/// a row too late; here a row is one epoch.)
/// </summary>
public static class TrainingLog
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "training_log.csv";

    /// <summary>Where the log is at the end of a run when Windows does not replace the usual file, since another program has it open.</summary>
    internal const string BesideFileName = "training_log.new.csv";

    private static readonly string[] Columns = ["epoch", "train_loss", "val_loss", "learning_rate", "train_time", "val_time"];

    // Newer versions of sleap-nn name the columns of the losses like metrics.
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["train/loss"] = "train_loss",
        ["val/loss"] = "val_loss",
        ["loss"] = "train_loss",
        ["lr"] = "learning_rate",
        ["train/time"] = "train_time",
        ["val/time"] = "val_time",
    };

    /// <summary>Writes a log, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entries">The epochs.</param>
    public static void Write(string path, IReadOnlyList<TrainingLogEntry> entries)
    {
        var others = entries.SelectMany(e => e.Other.Keys).Distinct().ToList();
        var text = new StringBuilder().AppendJoin(',', Columns.Concat(others.Select(Quote))).Append('\n');
        foreach (var entry in entries)
        {
            double[] values =
            [
                entry.TrainLoss, entry.ValLoss, entry.LearningRate, entry.TrainSeconds, entry.ValSeconds,
                .. others.Select(name => entry.Other.GetValueOrDefault(name, double.NaN)),
            ];
            text.Append(entry.Epoch.ToString(CultureInfo.InvariantCulture)).Append(',')
                .AppendJoin(',', values.Select(v => double.IsNaN(v) ? "" : v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads a log of this program, of sleap-nn or of SLEAP. Rows that are no epochs, such as sleap-nn's check before the first, are left out.</summary>
    /// <param name="path">The file, or a run's folder.</param>
    /// <returns>The epochs, in order.</returns>
    /// <exception cref="TrainingException">There is no log (TrainingLogNotFound), or it cannot be read (TrainingLogUnreadable).</exception>
    public static IReadOnlyList<TrainingLogEntry> Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
        {
            throw new TrainingException("TrainingLogNotFound", $"There is no training log '{file}'. Give a run's folder or its {FileName}.", file);
        }

        try
        {
            var lines = SharedFile.ReadAllLines(file).Where(line => line.Length > 0).ToList();
            var names = lines.Count == 0 ? [] : Named(SplitRow(lines[0]));
            if (!names.Contains("epoch"))
            {
                throw new FormatException("its first line does not name a column 'epoch'");
            }

            var entries = new Dictionary<int, TrainingLogEntry>();
            foreach (var line in lines.Skip(1))
            {
                var entry = ToEntry(names, SplitRow(line));
                entries[entry.Epoch] = entry;
            }

            return [.. entries.Values.OrderBy(e => e.Epoch)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            throw new TrainingException("TrainingLogUnreadable", $"The training log '{file}' cannot be read: {e.Message.TrimEnd('.')}. Where the run is to go on all the same, delete it: the log then begins with the next epoch.", file, e);
        }
    }

    // A part of an animal may be called lr: it is the learning rate only where nothing else is.
    private static List<string> Named(List<string> header) =>
        header.ConvertAll(name => Aliases.TryGetValue(name, out var meant) && !header.Contains(meant) ? meant : name);

    private static TrainingLogEntry ToEntry(List<string> names, List<string> cells)
    {
        if (cells.Count != names.Count)
        {
            throw new FormatException($"a row has {cells.Count} values where there are {names.Count} columns");
        }

        var values = names.Zip(cells).DistinctBy(pair => pair.First)
            .ToDictionary(pair => pair.First, pair => pair.Second.Length == 0 ? double.NaN : double.Parse(pair.Second, CultureInfo.InvariantCulture));
        return new TrainingLogEntry
        {
            Epoch = checked((int)values["epoch"]),
            TrainLoss = values.GetValueOrDefault("train_loss", double.NaN),
            ValLoss = values.GetValueOrDefault("val_loss", double.NaN),
            LearningRate = values.GetValueOrDefault("learning_rate", double.NaN),
            TrainSeconds = values.GetValueOrDefault("train_time", double.NaN),
            ValSeconds = values.GetValueOrDefault("val_time", double.NaN),
            Other = values.Where(pair => !Columns.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
    }

    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"")}\"";

    private static List<string> SplitRow(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
