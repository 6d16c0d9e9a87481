namespace SleapNn.Configuration;

/// <summary>The size of a ConvNeXt encoder (<c>arch</c>).</summary>
public sealed class ConvNextArchConfig : ConfigNode
{
    /// <summary>The number of layers of each block. Default: 3, 3, 9, 3.</summary>
    [ConfigKey(Min = 1)]
    public List<int> Depths { get; set => field = Checked(value); } = [3, 3, 9, 3];

    /// <summary>The number of channels of each block. Default: 96, 192, 384, 768.</summary>
    [ConfigKey(Min = 1)]
    public List<int> Channels { get; set => field = Checked(value); } = [96, 192, 384, 768];
}
