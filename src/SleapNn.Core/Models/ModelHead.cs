namespace SleapNn;

/// <summary>One output of a model.</summary>
public sealed class ModelHead
{
    /// <summary>Its name, such as <c>CentroidConfmapsHead</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its key in the configuration: <c>confmaps</c>, <c>pafs</c>, <c>class_maps</c> or <c>class_vectors</c>.</summary>
    public required string Layer { get; init; }

    /// <summary>The stride of its maps relative to the network's input.</summary>
    public required int OutputStride { get; init; }

    /// <summary>How many channels it has.</summary>
    public required int Channels { get; init; }

    /// <summary>What its channels are for: parts, edges (such as <c>head-tail</c>, of two channels each) or classes. Empty for centroids.</summary>
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>(batch, channels, height, width) or (batch, classes); null where the input's size is not known.</summary>
    public IReadOnlyList<long>? OutputShape { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} (stride {OutputStride}, {Channels} channel{(Channels == 1 ? "" : "s")})";
}
