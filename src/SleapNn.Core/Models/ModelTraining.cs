namespace SleapNn;

/// <summary>How the training of a model went, from its <c>training_log.csv</c>.</summary>
public sealed class ModelTraining
{
    /// <summary>How many epochs were finished.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch of the best loss, from 0 as in the log; -1 where no loss is in it.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>The smallest validation loss, or training loss where nothing was validated; NaN where no loss is in the log.</summary>
    public required double BestLoss { get; init; }

    /// <summary>The training loss of the last epoch; NaN where the log has none.</summary>
    public required double LastTrainLoss { get; init; }

    /// <summary>The validation loss of the last epoch; NaN where the log has none.</summary>
    public required double LastValLoss { get; init; }

    /// <summary>The time that all epochs took, validation included; null where the log has no times, as SLEAP's has none.</summary>
    public required TimeSpan? Duration { get; init; }

    /// <summary>The mean time of an epoch; null where the log has no times.</summary>
    public required TimeSpan? EpochDuration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Epochs} epochs, best loss {BestLoss:g4} in epoch {BestEpoch}");
}
