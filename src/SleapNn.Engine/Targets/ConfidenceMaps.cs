using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Targets;

/// <summary>
/// Gaussian bumps at the nodes of animals. The grid of a map of stride s lies on the image's pixels 0, s, 2s, …
/// (no half-pixel offset), and sigma is multiplied by the stride: a map has the same shape at every stride.
/// </summary>
public static class ConfidenceMaps
{
    /// <summary>One map a point: exp(-((x - px)^2 + (y - py)^2) / (2 (sigma stride)^2)).</summary>
    /// <param name="points">(batch, nodes, 2) as (x, y) in pixels of the image, 32-bit float; a missing point is NaN.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="sigma">The standard deviation in pixels of the map.</param>
    /// <param name="outputStride">Image pixels a map pixel.</param>
    /// <returns>(batch, nodes, ceil(height / stride), ceil(width / stride)); the map of a missing point is 0.</returns>
    public static Tensor Make(Tensor points, int heightPx, int widthPx, double sigma, int outputStride)
    {
        using var scope = NewDisposeScope();
        var x = Bump(points.narrow(-1, 0, 1), widthPx, sigma, outputStride);
        var y = Bump(points.narrow(-1, 1, 1), heightPx, sigma, outputStride);
        return (y.unsqueeze(-1) * x.unsqueeze(-2)).MoveToOuterDisposeScope();
    }

    /// <summary>One map a node for all animals of an image: where bumps overlap, the larger counts.</summary>
    /// <param name="points">(batch, instances, nodes, 2) as (x, y) in pixels of the image, 32-bit float; a missing point is NaN.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="sigma">The standard deviation in pixels of the map.</param>
    /// <param name="outputStride">Image pixels a map pixel.</param>
    /// <returns>(batch, nodes, ceil(height / stride), ceil(width / stride)).</returns>
    public static Tensor MakeMultiInstance(Tensor points, int heightPx, int widthPx, double sigma, int outputStride)
    {
        using var scope = NewDisposeScope();
        var maps = zeros(
            [points.shape[0], points.shape[2], GridSize(heightPx, outputStride), GridSize(widthPx, outputStride)],
            ScalarType.Float32, points.device);
        for (var instance = 0; instance < points.shape[1]; instance++)
        {
            maps = maximum(maps, Make(points.select(1, instance), heightPx, widthPx, sigma, outputStride));
        }

        return maps.MoveToOuterDisposeScope();
    }

    /// <summary>The pixels of an image that lie on a map's grid along one axis.</summary>
    /// <param name="sizePx">The image's height or width.</param>
    /// <param name="outputStride">Image pixels a map pixel.</param>
    /// <param name="device">Where to put them.</param>
    /// <returns>0, stride, 2 stride, … below the size, 32-bit float.</returns>
    public static Tensor Grid(int sizePx, int outputStride, Device device) =>
        Numbers.Steps(sizePx, outputStride, ScalarType.Float32, device);

    /// <summary>The size of a map along one axis.</summary>
    /// <param name="sizePx">The image's height or width.</param>
    /// <param name="outputStride">Image pixels a map pixel.</param>
    /// <returns>ceil(size / stride).</returns>
    public static int GridSize(int sizePx, int outputStride) => (sizePx + outputStride - 1) / outputStride;

    // A Gaussian of the plane is the product of one a side, which spares an exponential a pixel.
    private static Tensor Bump(Tensor position, int sizePx, double sigma, int outputStride)
    {
        var width = sigma * outputStride;
        var distance = Grid(sizePx, outputStride, position.device) - position;
        return (-distance.Squared()).Over(2 * width * width).exp().nan_to_num(0);
    }
}
