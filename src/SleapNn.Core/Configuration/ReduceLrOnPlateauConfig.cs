namespace SleapNn.Configuration;

/// <summary>A drop of the learning rate when the validation loss no longer improves (<c>reduce_lr_on_plateau</c>).</summary>
public sealed class ReduceLrOnPlateauConfig : ConfigNode
{
    /// <summary>The change of the loss that counts as an improvement, a fraction or a difference as <see cref="ThresholdMode"/> says. Default: 0.0001.</summary>
    [ConfigKey(Min = 0)]
    public double Threshold { get; set => field = Checked(value); } = 1e-4;

    /// <summary>Whether the threshold is a fraction of the best loss (rel) or a difference (abs). Default: rel.</summary>
    [ConfigKey("rel", "abs")]
    public string ThresholdMode { get; set => field = Checked(value); } = "rel";

    /// <summary>Epochs to wait after a drop. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public int Cooldown { get; set => field = Checked(value); }

    /// <summary>Epochs without improvement before a drop. Default: 10.</summary>
    [ConfigKey(Min = 0)]
    public int Patience { get; set => field = Checked(value); } = 10;

    /// <summary>The factor of a drop. Default: 0.1. Greater than 0, at most 1.</summary>
    [ConfigKey(Above = 0, Max = 1)]
    public double Factor { get; set => field = Checked(value); } = 0.1;

    /// <summary>The learning rate below which nothing drops. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double MinLr { get; set => field = Checked(value); } = 0.0;
}
