namespace SleapNn.Configuration;

/// <summary>The points of the animal in the middle of a crop (<c>centered_instance</c>).</summary>
public sealed class CenteredInstanceConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public CenteredInstanceConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();
}
