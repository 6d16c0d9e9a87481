using SleapNn.Configuration;

namespace SleapNn;

/// <summary>A run as its folder tells it, finished or not.</summary>
public sealed class SleapRun
{
    /// <summary>The name of the folder.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));

    /// <summary>The run's folder.</summary>
    public required string Path { get; init; }

    /// <summary>How it was left.</summary>
    public required SleapRunState State { get; init; }

    /// <summary>The error that ended it, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The kind of model, as the head is named in the configuration.</summary>
    public required string? ModelType { get; init; }

    /// <summary>The kind of backbone.</summary>
    public required string? Backbone { get; init; }

    /// <summary>How many epochs were finished.</summary>
    public required int Epochs { get; init; }

    /// <summary>The largest number of epochs.</summary>
    public required int MaxEpochs { get; init; }

    /// <summary>The epoch of the best validation loss, from 0; -1 where none was finished.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>The best validation loss; NaN where no epoch was finished.</summary>
    public required double BestLoss { get; init; }

    /// <summary>The validation loss of the last epoch; NaN where none was finished.</summary>
    public required double LastLoss { get; init; }

    /// <summary>The training loss of the last epoch; NaN where none was finished.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>How long its epochs took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>When its folder got its configuration.</summary>
    public required DateTime Started { get; init; }

    /// <summary>In what its configuration differs from those of the runs that were listed with it: values by dotted path.</summary>
    public IReadOnlyDictionary<string, object?> Differences { get; internal set; } = new Dictionary<string, object?>();

    /// <summary>The differences on one line, such as <c>filters=16, lr=0.001</c>; the name where there are none.</summary>
    public string Label { get; internal set; } = "";

    /// <summary>mOKS on the validation labels; NaN where the folder has no metrics.</summary>
    public double MeanOks => Metrics?.MeanOks ?? double.NaN;

    /// <summary>mPCK on the validation labels; NaN where the folder has no metrics.</summary>
    public double MeanPck => Metrics?.Pck?.MeanPck ?? double.NaN;

    /// <summary>The median distance on the validation labels, in pixels; NaN where the folder has no metrics.</summary>
    public double MedianDistancePx => Metrics?.Distances.P50Px ?? double.NaN;

    /// <summary>The metrics on the validation labels; null where the folder has none.</summary>
    public SavedMetrics? Metrics { get; init; }

    /// <summary>The best checkpoint, or the last where there is no best one; null where there is none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The configuration as it was given.</summary>
    public required SleapConfig Config { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {State}, {Epochs} epochs, best loss {BestLoss:g4}";
}
