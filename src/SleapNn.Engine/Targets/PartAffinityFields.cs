using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Targets;

/// <summary>
/// Unit vectors along the edges of skeletons, weighted by the nearness to the edge. As in sleap-nn the weight is
/// exp(-d^4 / (2 sigma^2)) for the distance d in image pixels (the squared distance is squared once more), sigma is not
/// multiplied by the stride, and the fields of several animals add up.
/// </summary>
public static class PartAffinityFields
{
    /// <summary>Makes the fields of a batch.</summary>
    /// <param name="points">(batch, instances, nodes, 2) as (x, y) in pixels of the image, 32-bit float; a missing point is NaN.</param>
    /// <param name="edges">The directed edges of the skeleton.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="sigma">The width of the fields.</param>
    /// <param name="outputStride">Image pixels a field pixel.</param>
    /// <returns>(batch, 2 edges, ceil(height / stride), ceil(width / stride)); channels are x and y of the first edge, of the second, …</returns>
    public static Tensor Make(Tensor points, IReadOnlyList<SkeletonEdge> edges, int heightPx, int widthPx, double sigma, int outputStride)
    {
        using var scope = NewDisposeScope();
        var xs = ConfidenceMaps.Grid(widthPx, outputStride, points.device);
        var ys = ConfidenceMaps.Grid(heightPx, outputStride, points.device);
        var fields = zeros([points.shape[0], edges.Count * 2, ys.shape[0], xs.shape[0]], ScalarType.Float32, points.device);
        if (edges.Count == 0)
        {
            return fields.MoveToOuterDisposeScope();
        }

        var sources = tensor(edges.Select(e => (long)e.Source).ToArray(), device: points.device);
        var destinations = tensor(edges.Select(e => (long)e.Destination).ToArray(), device: points.device);
        var lastX = (ConfidenceMaps.GridSize(widthPx, outputStride) - 1) * outputStride;
        var lastY = (ConfidenceMaps.GridSize(heightPx, outputStride) - 1) * outputStride;
        for (var instance = 0; instance < points.shape[1]; instance++)
        {
            using var step = NewDisposeScope();
            var nodes = points.select(1, instance);
            var field = OfInstance(nodes.index_select(1, sources), nodes.index_select(1, destinations), xs, ys, sigma);

            // sleap-nn leaves out an animal of which no node lies strictly inside the grid.
            var (x, y) = (nodes.select(-1, 0), nodes.select(-1, 1));
            var inside = x.IsAbove(0).logical_and(x.IsBelow(lastX)).logical_and(y.IsAbove(0)).logical_and(y.IsBelow(lastY)).any(1);
            fields.Accumulate(field * inside.to_type(ScalarType.Float32).view(-1, 1, 1, 1));
        }

        return fields.MoveToOuterDisposeScope();
    }

    private static Tensor OfInstance(Tensor source, Tensor destination, Tensor xs, Tensor ys, double sigma)
    {
        var along = destination - source;
        var squaredLength = along.Squared().sum(-1, keepdim: true);
        var unit = along / squaredLength.sqrt();
        var (dx, dy) = (Spread(along, 0), Spread(along, 1));
        var fromX = xs.view(1, 1, 1, -1) - Spread(source, 0);
        var fromY = ys.view(1, 1, -1, 1) - Spread(source, 1);
        var position = ((fromX * dx).Plus(fromY * dy) / squaredLength.AtLeast(1).unsqueeze(-1)).Within(0, 1);
        var squaredDistance = ((position * dx) - fromX).Squared().Plus(((position * dy) - fromY).Squared());
        var weight = (-squaredDistance.Squared()).Over(2 * sigma * sigma).exp();
        return stack([weight * Spread(unit, 0), weight * Spread(unit, 1)], 2).flatten(1, 2).nan_to_num(0);
    }

    private static Tensor Spread(Tensor vectors, int axis) => vectors.select(-1, axis).unsqueeze(-1).unsqueeze(-1);
}
