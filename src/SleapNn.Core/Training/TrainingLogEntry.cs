namespace SleapNn;

/// <summary>One epoch of a run's <c>training_log.csv</c>.</summary>
public sealed class TrainingLogEntry
{
    /// <summary>The epoch, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean training loss; NaN where the log has none.</summary>
    public double TrainLoss { get; init; } = double.NaN;

    /// <summary>The validation loss; NaN where the log has none.</summary>
    public double ValLoss { get; init; } = double.NaN;

    /// <summary>The learning rate; NaN where the log has none.</summary>
    public double LearningRate { get; init; } = double.NaN;

    /// <summary>How long training took, in seconds; NaN where the log has none.</summary>
    public double TrainSeconds { get; init; } = double.NaN;

    /// <summary>How long validation took, in seconds; NaN where the log has none.</summary>
    public double ValSeconds { get; init; } = double.NaN;

    /// <summary>The other columns by name: the losses of single parts and heads.</summary>
    public IReadOnlyDictionary<string, double> Other { get; init; } = new Dictionary<string, double>();
}
