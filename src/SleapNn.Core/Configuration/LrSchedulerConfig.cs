namespace SleapNn.Configuration;

/// <summary>How the learning rate changes (<c>lr_scheduler</c>). At most one kind should be set.</summary>
public sealed class LrSchedulerConfig : ConfigNode
{
    /// <summary>A drop after every so many epochs. Default: null.</summary>
    public StepLrConfig? StepLr { get; set => field = Checked(value); }

    /// <summary>A drop when the validation loss no longer improves. Default: null.</summary>
    public ReduceLrOnPlateauConfig? ReduceLrOnPlateau { get; set => field = Checked(value); }

    /// <summary>A linear rise, then a fall along a cosine. Default: null.</summary>
    [ConfigKey(Since = "0.1.0")]
    public CosineAnnealingWarmupConfig? CosineAnnealingWarmup { get; set => field = Checked(value); }

    /// <summary>A linear rise, then a linear fall. Default: null.</summary>
    [ConfigKey(Since = "0.1.0")]
    public LinearWarmupLinearDecayConfig? LinearWarmupLinearDecay { get; set => field = Checked(value); }
}
