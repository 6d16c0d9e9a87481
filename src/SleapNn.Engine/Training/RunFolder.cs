using System.Globalization;
using SleapNn.Checkpoints;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>The folder of a run: where it is, and that no run overwrites another.</summary>
public static class RunFolder
{
    /// <summary>The configuration as it was given.</summary>
    public const string InitialConfig = "initial_config.yaml";

    /// <summary>The configuration with all that training filled in.</summary>
    public const string TrainingConfig = "training_config.yaml";

    /// <summary>The split into training and validation frames.</summary>
    public const string Split = "split.json";

    /// <summary>The checkpoint of the last state.</summary>
    public const string LastCheckpoint = "last.ckpt";

    private static readonly string[] Traces = [TrainingConfig, "best.ckpt", LastCheckpoint, TrainingLog.FileName];
    private static readonly string[] Leftovers = ["*.ckpt", "labels_gt.*.slp", "labels_pr.*.slp", "metrics.*.npz", LossCurve.FileName, TrainingLog.BesideFileName, RunStateFile.FileName, Split, InitialConfig, .. Traces];

    /// <summary>Chooses, makes and takes the folder. A run that is to be replaced is still in it: see <see cref="Clear"/>.</summary>
    /// <param name="wanted">The folder that was asked for.</param>
    /// <param name="force">Use it even where a run is in it, to replace it; otherwise -1, -2, … is added to its name.</param>
    /// <returns>The folder, which no other run gets until it is disposed of.</returns>
    /// <exception cref="TrainingException">The folder cannot be made (TrainingFolderUnwritable), or the run that would be replaced is being trained (TrainingRunInUse).</exception>
    internal static RunLock Make(string wanted, bool force)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted));
        try
        {
            if (force)
            {
                Directory.CreateDirectory(folder);
                return RunLock.Take(folder);
            }

            for (var (i, name) = (0, folder); ; name = $"{folder}-{++i}")
            {
                if (i == 0 ? HoldsRun(name) : Path.Exists(name))
                {
                    continue;
                }

                // Another run may begin under the same name at this moment.
                Directory.CreateDirectory(name);
                var taken = RunLock.TryTake(name);
                if (taken is not null && !HoldsRun(name))
                {
                    return taken;
                }

                taken?.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TrainingFolderUnwritable", $"The run's folder '{folder}' cannot be made: {e.Message.TrimEnd('.')}. Choose another with -OutputPath or trainer_config.ckpt_dir and run_name.", folder, e);
        }
    }

    /// <summary>Deletes what a run left.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="TrainingException">It cannot be deleted (TrainingFolderUnwritable).</exception>
    internal static void Clear(string folder)
    {
        try
        {
            foreach (var file in Leftovers.SelectMany(pattern => Directory.GetFiles(folder, pattern)).Distinct())
            {
                File.Delete(file);
            }

            if (Directory.Exists(Path.Combine(folder, EpochPictures.FolderName)))
            {
                Directory.Delete(Path.Combine(folder, EpochPictures.FolderName), recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TrainingFolderUnwritable", $"The run in '{folder}' cannot be replaced: {e.Message.TrimEnd('.')}. Allow writing to the folder, or choose another with -OutputPath or trainer_config.ckpt_dir and run_name.", folder, e);
        }
    }

    /// <summary>Deletes what a process that was killed did not finish writing.</summary>
    /// <param name="folder">The run's folder.</param>
    internal static void DeleteUnfinished(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, ".*", SearchOption.AllDirectories).Where(AtomicFile.IsUnfinished).ToList())
        {
            FileRemoval.Try(file);
        }
    }

    /// <summary>Whether a folder holds something of a run.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>True where a training configuration, a checkpoint or a log is in it.</returns>
    public static bool HoldsRun(string folder) => Traces.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>What is to be done to go on with the run in a folder, wherever it was interrupted.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>A request with the configuration of the run; its number of epochs may be changed.</returns>
    /// <exception cref="TrainingException">There is no run in the folder (TrainingNothingToResume).</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read.</exception>
    public static TrainingRequest ToResume(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var config = Path.Combine(full, TrainingConfig);
        return File.Exists(config)
            ? new TrainingRequest { Config = ConfigFile.Load(config), OutputPath = full, Resume = true, BasePath = full }
            : throw new TrainingException(
                "TrainingNothingToResume",
                $"There is no run to go on with in '{full}': it has no {TrainingConfig}. Give the folder that Start-SleapTraining made.",
                full);
    }

    /// <summary>The checkpoint to go on from: the last state, or the best where the last is not kept; null before the first.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>Its path, or null.</returns>
    public static string? CheckpointToResume(string folder) =>
        new[] { LastCheckpoint, "best.ckpt" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Reads a checkpoint to go on from, or one beside it.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <exception cref="ModelException">It cannot be read; where it is damaged, the message says how the run goes on without it.</exception>
    internal static Checkpoint ReadCheckpoint(string path)
    {
        try
        {
            return CheckpointFile.Read(path);
        }
        catch (ModelException e) when (e.ErrorId == "CheckpointDamaged")
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var way = Path.GetFileName(path) != LastCheckpoint ? "goes on without it"
                : File.Exists(Path.Combine(folder, "best.ckpt")) ? "goes on from 'best.ckpt'"
                : "begins again";
            throw new ModelException(e.ErrorId, $"{e.Message} Or delete it: Resume-SleapTraining '{folder}' then {way}.", path, e);
        }
    }

    /// <summary>The name of a run that was given none, as sleap-nn makes it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="modelType">The kind of model.</param>
    /// <param name="frameCount">How many labelled frames there are.</param>
    /// <returns>Such as <c>251124_054002.single_instance.n=120</c>.</returns>
    public static string NameOf(DateTime now, string modelType, int frameCount) =>
        string.Create(CultureInfo.InvariantCulture, $"{now:yyMMdd_HHmmss}.{modelType}.n={frameCount}");
}
