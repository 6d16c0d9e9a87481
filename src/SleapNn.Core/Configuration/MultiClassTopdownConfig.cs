namespace SleapNn.Configuration;

/// <summary>The points of the animal in the middle of a crop and who it is (<c>multi_class_topdown</c>).</summary>
public sealed class MultiClassTopdownConfig : ConfigNode
{
    /// <summary>The confidence maps.</summary>
    public CenteredInstanceConfMapsConfig Confmaps { get; set => field = Checked(value); } = new();

    /// <summary>The class probabilities.</summary>
    public ClassVectorsConfig ClassVectors { get; set => field = Checked(value); } = new();
}
