namespace SleapNn.Configuration;

/// <summary>The points of one animal in the whole image (<c>single_instance</c>).</summary>
public sealed class SingleInstanceConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public SingleInstanceConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();
}
