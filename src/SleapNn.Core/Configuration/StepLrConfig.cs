namespace SleapNn.Configuration;

/// <summary>A drop of the learning rate after every so many epochs (<c>step_lr</c>).</summary>
public sealed class StepLrConfig : ConfigNode
{
    /// <summary>The number of epochs between drops. Default: 10.</summary>
    [ConfigKey(Min = 1)]
    public int StepSize { get; set => field = Checked(value); } = 10;

    /// <summary>The factor of a drop. Default: 0.1.</summary>
    [ConfigKey(Min = 0)]
    public double Gamma { get; set => field = Checked(value); } = 0.1;
}
