using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Targets;

/// <summary>Which animal is where: identities as maps (bottom-up) and as vectors (top-down).</summary>
public static class ClassMaps
{
    /// <summary>The confidence below which a pixel belongs to no animal.</summary>
    public const double Threshold = 0.2;

    /// <summary>
    /// One map a class: an animal's share of the confidence of all animals at each pixel where its own confidence,
    /// the maximum over its nodes, exceeds 0.2. (sleap-nn's function of this name permutes the channels where there
    /// are three classes or more; here channel i is class i.)
    /// </summary>
    /// <param name="points">(batch, instances, nodes, 2) as (x, y) in pixels of the image, 32-bit float; a missing point is NaN.</param>
    /// <param name="classes">(batch, instances), 64-bit integers; -1 for an animal of no class or a row that is padding.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="sigma">The standard deviation of the confidence maps in pixels of the map.</param>
    /// <param name="outputStride">Image pixels a map pixel.</param>
    /// <returns>(batch, classes, ceil(height / stride), ceil(width / stride)).</returns>
    public static Tensor Make(Tensor points, Tensor classes, int classCount, int heightPx, int widthPx, double sigma, int outputStride)
    {
        using var scope = NewDisposeScope();

        // With nodes and instances swapped, the maximum over "instances" is that over each animal's nodes.
        var confidence = ConfidenceMaps.MakeMultiInstance(points.transpose(1, 2), heightPx, widthPx, sigma, outputStride);
        var share = where(confidence.IsAbove(Threshold), confidence / confidence.sum(1, keepdim: true), zeros_like(confidence));
        var vectors = Vectors(classes, classCount);
        var maps = zeros([points.shape[0], classCount, confidence.shape[2], confidence.shape[3]], ScalarType.Float32, points.device);
        for (var instance = 0; instance < points.shape[1]; instance++)
        {
            maps = maximum(maps, share.narrow(1, instance, 1) * vectors.select(1, instance).unsqueeze(-1).unsqueeze(-1));
        }

        return maps.MoveToOuterDisposeScope();
    }

    /// <summary>One-hot vectors.</summary>
    /// <param name="classes">Any shape, 64-bit integers; -1 for no class.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <returns>The shape of <paramref name="classes"/> with the classes as one more axis, 32-bit float; no class gives zeros.</returns>
    public static Tensor Vectors(Tensor classes, int classCount)
    {
        using var scope = NewDisposeScope();
        return classes.unsqueeze(-1).eq(Numbers.Steps(classCount, 1, ScalarType.Int64, classes.device))
            .to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
