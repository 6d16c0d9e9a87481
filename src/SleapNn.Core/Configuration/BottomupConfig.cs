namespace SleapNn.Configuration;

/// <summary>The points of all animals and the fields that join them (<c>bottomup</c>).</summary>
public sealed class BottomupConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public BottomupConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();

    /// <summary>The part affinity fields.</summary>
    public PafsConfig Pafs { get; set => field = Checked(value); } = new();
}
