namespace SleapNn.Configuration;

/// <summary>The optimizer's settings (<c>optimizer</c>).</summary>
public sealed class OptimizerConfig : ConfigNode
{
    /// <summary>The learning rate. Default: 0.001. Greater than 0.</summary>
    [ConfigKey(Above = 0)]
    public double Lr { get; set => field = Checked(value); } = 0.001;

    /// <summary>Use the AMSGrad variant. Default: false.</summary>
    public bool Amsgrad { get; set => field = Checked(value); }
}
