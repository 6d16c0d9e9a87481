namespace SleapNn.Configuration;

/// <summary>When training ends before its last epoch (<c>early_stopping</c>).</summary>
public sealed class EarlyStoppingConfig : ConfigNode
{
    /// <summary>End when the validation loss no longer improves. Default: false.</summary>
    public bool StopTrainingOnPlateau { get; set => field = Checked(value); }

    /// <summary>The change of the loss that counts as an improvement. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double MinDelta { get; set => field = Checked(value); } = 0.0;

    /// <summary>The number of epochs without improvement after which training ends. Default: 1.</summary>
    [ConfigKey(Min = 0)]
    public int Patience { get; set => field = Checked(value); } = 1;
}
