using SleapNn.Training;

namespace SleapNn.Sweeps;

/// <summary>A run of a sweep that is pruned: trained a part at a time. What it knows of itself is in its folder.</summary>
/// <param name="request">What to train.</param>
/// <param name="folder">Its folder, where an earlier sweep left it there; else null.</param>
public sealed class PrunedRun(TrainingRequest request, string? folder)
{
    private bool hasFailed;

    /// <summary>Its name.</summary>
    public string Name => Folder is not null ? Path.GetFileName(Folder) : request.Config.TrainerConfig.RunName ?? "run";

    /// <summary>What to train.</summary>
    public TrainingRequest Request => request;

    /// <summary>Its folder; null before it was trained.</summary>
    public string? Folder { get; private set; } = folder;

    /// <summary>The epochs of the whole run.</summary>
    public int MaxEpochs => request.Config.TrainerConfig.MaxEpochs;

    /// <summary>What is to be trained for the run to have a number of epochs.</summary>
    /// <param name="epochs">The number; null for its end.</param>
    /// <returns>The request; null where nothing is left to do.</returns>
    /// <exception cref="SleapException">Its folder cannot be read.</exception>
    public TrainingRequest? RequestFor(int? epochs)
    {
        if (hasFailed)
        {
            return null;
        }

        if (Folder is null || !RunFolder.HoldsRun(Folder))
        {
            return request with { StopAfterEpochs = epochs };
        }

        var run = RunReader.Read(Folder);
        if (run.State == SleapRunState.Finished || run.Epochs >= (epochs ?? int.MaxValue))
        {
            return null;
        }

        if (RunFolder.CheckpointToResume(Folder) is null)
        {
            // It ended before there was anything to keep.
            RunFolder.Clear(Folder);
            return request with { StopAfterEpochs = epochs };
        }

        return RunFolder.ToResume(Folder) with { StopAfterEpochs = epochs, Device = request.Device };
    }

    /// <summary>Takes note of what training came to.</summary>
    /// <param name="run">The run; null where it failed.</param>
    public void End(TrainingRun? run)
    {
        hasFailed = run is null;
        Folder = run?.Path ?? Folder;
    }

    /// <summary>The best value of the monitored quantity in its first epochs, as a number that is the smaller, the better.</summary>
    /// <param name="epochs">How many epochs.</param>
    /// <returns>NaN where the run failed or has no epoch.</returns>
    public double RankAt(int epochs)
    {
        if (hasFailed || Folder is null || !File.Exists(Path.Combine(Folder, TrainingLog.FileName)))
        {
            return double.NaN;
        }

        var monitor = request.Config.TrainerConfig.ModelCkpt;
        return MonitoredQuantity.BestOf(TrainingLog.Read(Folder).Take(epochs), monitor) is { } best ? MonitoredQuantity.Rank(best, monitor) : double.NaN;
    }

    /// <summary>Ends it for good, unless it is at its end already.</summary>
    public void Prune()
    {
        if (RunReader.Read(Folder!).State != SleapRunState.Finished)
        {
            RunStateFile.Prune(Folder!);
        }
    }

    /// <summary>What there is of it.</summary>
    /// <returns>The run; null where it failed.</returns>
    public TrainingRun? Outcome() => hasFailed || Folder is null ? null : RunReader.ReadOutcome(Folder);
}
