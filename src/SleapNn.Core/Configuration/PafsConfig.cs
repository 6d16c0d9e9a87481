namespace SleapNn.Configuration;

/// <summary>Part affinity fields: the vectors along the edges of the skeletons (<c>pafs</c>).</summary>
public sealed class PafsConfig : ConfigNode, IHeadLayerConfig
{
    /// <summary>The edges, as pairs of node names or node indices (from, to); null means all edges of the skeleton. Default: null.</summary>
    public List<List<string>>? Edges { get; set => field = Checked(value); }

    /// <summary>The spread of a field across its edge in pixels of the model's input image (after scaling). Default: 15. Greater than 0.</summary>
    [ConfigKey(Above = 0)]
    public double Sigma { get; set => field = Checked(value); } = 15.0;

    /// <summary>The stride of the output relative to the input image: 2 gives maps of half the size. A larger one is faster and needs less memory, but places points less precisely. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int OutputStride { get; set => field = Checked(value); } = 1;

    /// <summary>The weight of this layer in the loss; null counts as 1. Default: null.</summary>
    [ConfigKey(Min = 0, OmitNull = true)]
    public double? LossWeight { get; set => field = Checked(value); }
}
