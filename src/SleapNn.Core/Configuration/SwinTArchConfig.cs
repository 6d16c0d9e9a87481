namespace SleapNn.Configuration;

/// <summary>The size of a Swin transformer encoder (<c>arch</c>).</summary>
public sealed class SwinTArchConfig : ConfigNode
{
    /// <summary>The number of channels of the first block. Default: 96.</summary>
    [ConfigKey(Min = 1)]
    public int Embed { get; set => field = Checked(value); } = 96;

    /// <summary>The number of layers of each block. Default: 2, 2, 6, 2.</summary>
    [ConfigKey(Min = 1)]
    public List<int> Depths { get; set => field = Checked(value); } = [2, 2, 6, 2];

    /// <summary>The number of attention heads of each block. Default: 3, 6, 12, 24.</summary>
    [ConfigKey(Min = 1)]
    public List<int> NumHeads { get; set => field = Checked(value); } = [3, 6, 12, 24];

    /// <summary>An older name of <see cref="NumHeads"/>.</summary>
    [ConfigKey(Min = 1, ViewOf = "num_heads")]
    public List<int> Channels { get => NumHeads; set => NumHeads = value; }
}
