using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Survival;

/// <summary>Looks into a run's folder: whether every file is whole, and whether two runs ended alike.</summary>
internal static class RunInspection
{
    /// <summary>Opens every file of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="BrokenRunException">A file is cut off, or is none that a run writes.</exception>
    public static void RequireWhole(string folder)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            // What a killed process was writing has not taken its name yet, and it left its mark on the folder.
            if (AtomicFile.IsUnfinished(path) || Path.GetFileName(path) == RunLock.FileName)
            {
                continue;
            }

            try
            {
                Open(path);
            }
            catch (Exception e) when (e is not BrokenRunException)
            {
                throw new BrokenRunException($"'{path}' ({new FileInfo(path).Length} bytes) is broken: {e.Message}", e);
            }
        }
    }

    /// <summary>Compares what two runs of the same configuration left. Checkpoints must hold the same bytes.</summary>
    /// <exception cref="BrokenRunException">They differ.</exception>
    public static void RequireSame(string expected, string actual)
    {
        Require(Names(expected).SequenceEqual(Names(actual)), $"'{actual}' has the files {string.Join(", ", Names(actual))}, not {string.Join(", ", Names(expected))}");
        foreach (var name in Names(expected))
        {
            var (first, second) = (Path.Combine(expected, name), Path.Combine(actual, name));
            var same = Path.GetExtension(name) switch
            {
                ".ckpt" => Content(first).SequenceEqual(Content(second)),
                ".npz" or ".yaml" => File.ReadAllBytes(first).AsSpan().SequenceEqual(File.ReadAllBytes(second)),
                ".csv" => Losses(first).SequenceEqual(Losses(second)),
                ".slp" => Points(first).SequenceEqual(Points(second)),
                _ => true,
            };
            Require(same, $"'{second}' is not what it is in a run that was never interrupted ('{first}')");
        }
    }

    private static void Open(string path)
    {
        switch (Path.GetExtension(path))
        {
            case ".yaml":
                ConfigFile.Load(path);
                break;
            case ".ckpt":
                CheckpointFile.Read(path).Dispose();
                break;
            case ".csv":
                TrainingLog.Read(path);
                Require(File.ReadAllText(path).EndsWith('\n'), $"the last line of '{path}' does not end");
                break;
            case ".npz":
                MetricsFile.Load(path);
                break;
            case ".slp":
                LabelsFile.Load(path);
                break;
            case ".json":
                JsonDocument.Parse(File.ReadAllText(path)).Dispose();
                break;
            case ".png" or ".jpg":
                Picture.Decode(File.ReadAllBytes(path));
                break;
            default:
                throw new BrokenRunException($"'{path}' is no file that a run writes");
        }
    }

    // The folder within the archive has the name of the file that was written first, best or last; a copy keeps it.
    private static IEnumerable<(string, string)> Content(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            return (entry.FullName[entry.FullName.IndexOf('/')..], Convert.ToHexString(SHA256.HashData(stream)));
        }).ToList();
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    private static IEnumerable<(int, double, double, double)> Losses(string path) =>
        TrainingLog.Read(path).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss, e.LearningRate));

    private static IEnumerable<(int, int, PosePoint)> Points(string path) => LabelsFile.Load(path).Frames
        .SelectMany(frame => frame.Instances.SelectMany((instance, i) => instance.Points.Select(point => (frame.FrameIndex, i, point))));

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokenRunException(message);
        }
    }
}
