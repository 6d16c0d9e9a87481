namespace SleapNn.Configuration;

/// <summary>A linear rise of the learning rate, then a linear fall (<c>linear_warmup_linear_decay</c>).</summary>
public sealed class LinearWarmupLinearDecayConfig : ConfigNode
{
    /// <summary>The epochs of the rise. Default: 5.</summary>
    [ConfigKey(Min = 0)]
    public int WarmupEpochs { get; set => field = Checked(value); } = 5;

    /// <summary>The epochs in all; null takes those of the training. Default: null.</summary>
    [ConfigKey(Min = 1)]
    public int? MaxEpochs { get; set => field = Checked(value); }

    /// <summary>The learning rate at the start of the rise. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double WarmupStartLr { get; set => field = Checked(value); } = 0.0;

    /// <summary>The learning rate at the end. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double EndLr { get; set => field = Checked(value); } = 0.0;
}
