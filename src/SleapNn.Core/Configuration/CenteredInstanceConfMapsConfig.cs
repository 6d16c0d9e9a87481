namespace SleapNn.Configuration;

/// <summary>Confidence maps of the animal in the middle of a crop (<c>confmaps</c>).</summary>
public sealed class CenteredInstanceConfMapsConfig : ConfigNode, IHeadLayerConfig
{
    /// <summary>The nodes that the maps are made for; null means all nodes of the skeleton. Default: null.</summary>
    public List<string>? PartNames { get; set => field = Checked(value); }

    /// <summary>The node that stands for an animal's place; null, or a node that is not visible, means the middle of its visible points. Default: null.</summary>
    public string? AnchorPart { get; set => field = Checked(value); }

    /// <summary>The spread of a point's Gaussian in pixels of the model's input image (after scaling). A smaller one places points more precisely but is harder to learn. Default: 5. Greater than 0.</summary>
    [ConfigKey(Above = 0)]
    public double Sigma { get; set => field = Checked(value); } = 5.0;

    /// <summary>The stride of the output relative to the input image: 2 gives maps of half the size. A larger one is faster and needs less memory, but places points less precisely. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int OutputStride { get; set => field = Checked(value); } = 1;

    /// <summary>The weight of this layer in the loss; null counts as 1. Default: null.</summary>
    [ConfigKey(Min = 0, OmitNull = true)]
    public double? LossWeight { get; set => field = Checked(value); }
}
