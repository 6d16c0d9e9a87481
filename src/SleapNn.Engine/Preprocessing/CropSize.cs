using SleapNn.Configuration;

namespace SleapNn.Preprocessing;

/// <summary>How large crops must be for the animals of a data set, where the configuration does not say.</summary>
public static class CropSize
{
    // sleap-nn's default of min_crop_size, for configurations that set it to null.
    private const int DefaultMinimumPx = 100;

    /// <summary>
    /// The side of a square that holds every instance with its padding, which is that of the configuration or, where it
    /// has none, what keeps an instance in its crop however the augmentation turns and scales it.
    /// </summary>
    /// <param name="instances">The instances.</param>
    /// <param name="data">The configuration of the data.</param>
    /// <param name="maxStride">The result is divisible by it.</param>
    /// <returns>The size in pixels of the unscaled image.</returns>
    public static int For(IEnumerable<PoseInstance> instances, DataConfig data, int maxStride) => For(LargestPx(instances), data, maxStride);

    /// <summary>The side of a square that holds an instance of a size with its padding.</summary>
    /// <param name="largestPx">The longer side of the largest instance's bounding box.</param>
    /// <param name="data">The configuration of the data.</param>
    /// <param name="maxStride">The result is divisible by it.</param>
    /// <returns>The size in pixels of the unscaled image.</returns>
    public static int For(double largestPx, DataConfig data, int maxStride)
    {
        var preprocessing = data.Preprocessing;
        var geometric = data is { UseAugmentationsTrain: true, AugmentationConfig.Geometric: { } g } ? g : null;
        var paddingPx = preprocessing.CropPadding
            ?? AugmentationPadding(Math.Max(largestPx, preprocessing.MinCropSize ?? DefaultMinimumPx), geometric);
        var sizePx = Math.Max(largestPx + paddingPx, Math.Max(preprocessing.MinCropSize ?? 0, 1));
        return (int)Math.Ceiling(sizePx / maxStride) * maxStride;
    }

    private static int AugmentationPadding(double sizePx, GeometricConfig? config)
    {
        if (config is null)
        {
            return 0;
        }

        var together = config is { RotationP: null, ScaleP: null, TranslateP: null, AffineP: > 0 };
        var turns = together || config.RotationP > 0;
        var scales = together || config.ScaleP > 0;
        var degrees = turns ? Math.Max(Math.Abs(config.RotationMin), Math.Abs(config.RotationMax)) : 0;
        var scale = scales ? Math.Max(config.ScaleMax, 1) : 1;

        // A square of side 1 turned by an angle fills one of side |cos| + |sin|, which is largest at 45 degrees.
        var (sin, cos) = Math.SinCos(Math.Min(degrees, 45) * Math.PI / 180);
        return (int)Math.Ceiling(sizePx * (((sin + cos) * scale) - 1));
    }

    /// <summary>The longer side of the largest bounding box of visible points.</summary>
    /// <param name="instances">The instances.</param>
    /// <param name="heightPx">The height of their frames: points outside are slips of labelling and do not count.</param>
    /// <param name="widthPx">The width of their frames.</param>
    /// <returns>The length in pixels; 0 where no point is visible.</returns>
    internal static double LargestPx(IEnumerable<PoseInstance> instances, double heightPx = double.PositiveInfinity, double widthPx = double.PositiveInfinity)
    {
        var largestPx = 0.0;
        foreach (var instance in instances)
        {
            var points = instance.Points
                .Where(point => point is { HasPosition: true, Visible: true } && point.X >= 0 && point.Y >= 0 && point.X < widthPx && point.Y < heightPx).ToList();
            if (points.Count > 0)
            {
                var width = points.Max(point => point.X) - points.Min(point => point.X);
                var height = points.Max(point => point.Y) - points.Min(point => point.Y);
                largestPx = Math.Max(largestPx, Math.Max(width, height));
            }
        }

        return largestPx;
    }
}
