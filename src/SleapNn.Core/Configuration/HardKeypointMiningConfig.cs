namespace SleapNn.Configuration;

/// <summary>A larger weight for nodes that are hard to learn (<c>online_hard_keypoint_mining</c>).</summary>
public sealed class HardKeypointMiningConfig : ConfigNode
{
    /// <summary>Give hard nodes (or edges) a larger weight in the loss. Default: false.</summary>
    public bool OnlineMining { get; set => field = Checked(value); }

    /// <summary>The ratio of a node's loss to the smallest one from which it counts as hard. Default: 2.</summary>
    [ConfigKey(Min = 0)]
    public double HardToEasyRatio { get; set => field = Checked(value); } = 2.0;

    /// <summary>The number of nodes that count as hard in any case. Default: 2.</summary>
    [ConfigKey(Min = 0)]
    public int MinHardKeypoints { get; set => field = Checked(value); } = 2;

    /// <summary>The largest number of nodes that count as hard; null means no limit. Default: null.</summary>
    [ConfigKey(Min = 0)]
    public int? MaxHardKeypoints { get; set => field = Checked(value); }

    /// <summary>The factor of a hard node's loss. Default: 5.</summary>
    [ConfigKey(Min = 0)]
    public double LossScale { get; set => field = Checked(value); } = 5.0;
}
