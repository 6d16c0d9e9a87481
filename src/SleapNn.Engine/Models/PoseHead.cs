namespace SleapNn.Models;

/// <summary>What a head of a model predicts.</summary>
public enum PoseHeadKind
{
    /// <summary>Confidence maps: (batch, parts, height, width).</summary>
    ConfidenceMaps,

    /// <summary>Part affinity fields: (batch, 2 x edges, height, width), x and y of each edge in turn.</summary>
    PartAffinityFields,

    /// <summary>Class probabilities of every position: (batch, classes, height, width).</summary>
    ClassMaps,

    /// <summary>Class probabilities of the image: (batch, classes).</summary>
    ClassVectors,
}

/// <summary>One output of a model.</summary>
/// <param name="Name">Its name in sleap-nn, such as <c>CentroidConfmapsHead</c>: the key in the model's output.</param>
/// <param name="Kind">What it predicts.</param>
/// <param name="Layer">Its key in the config: <c>confmaps</c>, <c>pafs</c>, <c>class_maps</c> or <c>class_vectors</c>.</param>
/// <param name="OutputStride">The stride of its maps relative to the model's input.</param>
/// <param name="Channels">How many channels it has.</param>
public sealed record PoseHead(string Name, PoseHeadKind Kind, string Layer, int OutputStride, int Channels);
