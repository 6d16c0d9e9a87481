using SleapNn.Configuration;

namespace SleapNn;

/// <summary>One run of a job array on a cluster.</summary>
public sealed class ClusterTask
{
    /// <summary>The job's id and the run's number, such as <c>1234_2</c>, as the cluster's own tools take it.</summary>
    public string Id => $"{JobId}_{Number}";

    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The job's folder.</summary>
    public required string JobPath { get; init; }

    /// <summary>The run's number in the job, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public ClusterTaskState State { get; internal set; }

    /// <summary>Why it waits or how it failed, in a word of the cluster or a few of ours; else empty.</summary>
    public string Reason { get; internal set; } = "";

    /// <summary>The node that trains it or did so last; empty before the first.</summary>
    public string Node { get; internal set; } = "";

    /// <summary>How long nodes have worked on it, all attempts together.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>How many times it was begun: more than once where it was interrupted and went on.</summary>
    public int Attempts { get; internal set; }

    /// <summary>The exit code of its last attempt; null before its end, and where it was killed.</summary>
    public int? ExitCode { get; internal set; }

    /// <summary>How many epochs were finished.</summary>
    public int Epochs { get; internal set; }

    /// <summary>The largest number of epochs.</summary>
    public int MaxEpochs => Config.TrainerConfig.MaxEpochs;

    /// <summary>The training loss of the last epoch; NaN where none was finished.</summary>
    public double TrainLoss { get; internal set; } = double.NaN;

    /// <summary>The validation loss of the last epoch; NaN where none was finished.</summary>
    public double ValLoss { get; internal set; } = double.NaN;

    /// <summary>The best validation loss; NaN where no epoch was finished.</summary>
    public double BestLoss { get; internal set; } = double.NaN;

    /// <summary>In what its configuration differs from those of the job's other runs: values by dotted path.</summary>
    public IReadOnlyDictionary<string, object?> Differences { get; internal set; } = new Dictionary<string, object?>();

    /// <summary>The differences on one line, such as <c>filters=16, lr=0.001</c>; the name where there are none.</summary>
    public string Label { get; internal set; } = "";

    /// <summary>The run's folder, which is a model folder once an epoch has ended.</summary>
    public required string RunPath { get; init; }

    /// <summary>The file with all that the run wrote.</summary>
    public required string LogPath { get; init; }

    /// <summary>The configuration as it was submitted.</summary>
    public required SleapConfig Config { get; init; }

    /// <summary>Whether it will not go on by itself.</summary>
    public bool HasEnded => State is ClusterTaskState.Finished or ClusterTaskState.Stopped or ClusterTaskState.Failed;

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Name}: {State}";
}
