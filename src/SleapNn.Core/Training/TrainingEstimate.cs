namespace SleapNn;

/// <summary>What a training will take: memory, and time for an epoch.</summary>
public sealed class TrainingEstimate
{
    /// <summary>The name of the run; empty where the configuration has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The kind of model, as the head is named in the configuration.</summary>
    public required string ModelType { get; init; }

    /// <summary>The kind of backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>How many weights it has.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>The device: <c>cpu</c>, <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The batch size.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The network's input: (batch, channels, height, width).</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>The weights, in bytes.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The gradients of the weights, in bytes.</summary>
    public required long GradientBytes { get; init; }

    /// <summary>The optimizer's state, in bytes.</summary>
    public required long OptimizerBytes { get; init; }

    /// <summary>A batch: its images, targets, and all that layers make of it and keep until the gradients are computed, in bytes.</summary>
    public required long ActivationBytes { get; init; }

    /// <summary>All of these together, in bytes: what training takes on the device.</summary>
    public long TrainingBytes => WeightBytes + GradientBytes + OptimizerBytes + ActivationBytes;

    /// <summary>The frames that are kept decoded in the computer's memory, in bytes.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>
    /// By how much the memory really grew during steps of full size, in bytes; null unless that was measured, and where the
    /// system does not tell.
    /// </summary>
    public long? MeasuredBytes { get; init; }

    /// <summary>The device's memory that is free, in bytes; null where it is not known.</summary>
    public required long? AvailableBytes { get; init; }

    /// <summary>Whether it fits; null where the device's memory is not known.</summary>
    public bool? Fits => AvailableBytes is { } available
        ? Math.Max(TrainingBytes, MeasuredBytes ?? 0) + (Device == "cpu" ? CacheBytes : 0) <= available
        : null;

    /// <summary>How many samples are trained on: frames, or instances for models of crops.</summary>
    public required int TrainSamples { get; init; }

    /// <summary>How many samples are validated with.</summary>
    public required int ValSamples { get; init; }

    /// <summary>The steps of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The largest number of epochs.</summary>
    public required int MaxEpochs { get; init; }

    /// <summary>The time of a training step: forwards, backwards, and the optimizer.</summary>
    public required TimeSpan StepTime { get; init; }

    /// <summary>The time to make a batch: reading, augmentation and resizing.</summary>
    public required TimeSpan LoadTime { get; init; }

    /// <summary>The time of an epoch: its steps and the validation.</summary>
    public required TimeSpan EpochTime { get; init; }

    /// <summary>The time of all epochs; early stopping may end it sooner.</summary>
    public TimeSpan MaxTime => EpochTime * MaxEpochs;

    /// <summary>Whether steps of full size were measured, rather than small ones from which the rest is extrapolated.</summary>
    public required bool IsFullSize { get; init; }

    /// <summary>How memory and time were found, in words.</summary>
    public required string Method { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{ModelType}: {TrainingBytes / 1048576.0:f0} MiB on {Device}, {EpochTime.TotalSeconds:f1} s an epoch");
}
