using SleapNn.Configuration;

namespace SleapNn;

/// <summary>A finished training run: its folder and how it went. Can be piped to <c>Invoke-SleapPrediction</c>.</summary>
public sealed class TrainingRun
{
    /// <summary>The run's folder, which is a model folder.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the folder.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));

    /// <summary>The kind of model, as the head is named in the configuration, such as <c>single_instance</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Why it ended.</summary>
    public required TrainingEnd End { get; init; }

    /// <summary>How many epochs were finished, those of a run that was resumed included.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch of the best validation loss, from 0 as in the log; -1 where no epoch was finished.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>The best validation loss; NaN where no epoch was finished.</summary>
    public required double BestLoss { get; init; }

    /// <summary>The best checkpoint; null where none was written.</summary>
    public required string? Checkpoint { get; init; }

    /// <summary>How many frames (or instances, for models of crops) were trained on; 0 for a run that is read from a folder which does not tell.</summary>
    public required int TrainSamples { get; init; }

    /// <summary>How many frames (or instances) were validated with; 0 for a run that is read from a folder which does not tell.</summary>
    public required int ValSamples { get; init; }

    /// <summary>How many steps an epoch has; with several devices fewer than <c>train_steps_per_epoch</c>, since each step takes a batch of every device.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>The devices that it was trained on.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>How long training took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The configuration with all that training filled in, as <c>training_config.yaml</c> has it.</summary>
    public required SleapConfig Config { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {ModelType}, {Epochs} epochs, best loss {BestLoss:g4}";
}
