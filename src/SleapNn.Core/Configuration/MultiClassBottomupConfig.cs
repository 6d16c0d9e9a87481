namespace SleapNn.Configuration;

/// <summary>The points of all animals and maps of who is who (<c>multi_class_bottomup</c>).</summary>
public sealed class MultiClassBottomupConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public BottomupConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();

    /// <summary>The class maps.</summary>
    public ClassMapsConfig ClassMaps { get; set => field = Checked(value); } = new();
}
