namespace SleapNn;

/// <summary>Where a run stands. Reported when something begins and after steps, at most a few times a second.</summary>
public sealed class TrainingProgress
{
    /// <summary>What is going on, in words, such as <c>Reading labels</c> or <c>Training</c>.</summary>
    public required string Activity { get; init; }

    /// <summary>Something worth a line in a log, such as a finished epoch or a new learning rate; else null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether <see cref="Message"/> is something that the user should know of although training goes on.</summary>
    public bool IsWarning { get; init; }

    /// <summary>The current epoch, from 1; 0 before the first.</summary>
    public int Epoch { get; init; }

    /// <summary>The largest number of epochs.</summary>
    public int MaxEpochs { get; init; }

    /// <summary>The steps done in this epoch.</summary>
    public int Step { get; init; }

    /// <summary>The steps of an epoch.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>The mean training loss of this epoch so far; NaN before the first step.</summary>
    public double TrainLoss { get; init; } = double.NaN;

    /// <summary>The validation loss of the last finished epoch; NaN before the first.</summary>
    public double ValLoss { get; init; } = double.NaN;

    /// <summary>The best validation loss so far; NaN before the first.</summary>
    public double BestValLoss { get; init; } = double.NaN;

    /// <summary>The learning rate.</summary>
    public double LearningRate { get; init; }

    /// <summary>How much of the largest possible number of steps is done, in percent.</summary>
    public double PercentComplete { get; init; }

    /// <summary>How long the rest would take if all epochs ran; null before the first step.</summary>
    public TimeSpan? Remaining { get; init; }
}
