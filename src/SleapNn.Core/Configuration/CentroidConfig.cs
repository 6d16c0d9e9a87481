namespace SleapNn.Configuration;

/// <summary>The centre of every animal (<c>centroid</c>).</summary>
public sealed class CentroidConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public CentroidConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();
}
