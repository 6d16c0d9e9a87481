using SleapNn.Configuration;
using SleapNn.Targets;

namespace SleapNn.Training;

/// <summary>How large crops must be for the animals of a data set.</summary>
public static class CropSizing
{
    /// <summary>The side of a square that holds every instance with its padding.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="paddingPx">Added to the largest instance.</param>
    /// <param name="maxStride">The result is divisible by it.</param>
    /// <param name="minSizePx">The result is at least this; null for no limit.</param>
    /// <returns>The size in pixels.</returns>
    public static int Find(IEnumerable<TrainingFrame> frames, int paddingPx, int maxStride, int? minSizePx)
    {
        var size = Math.Max(LargestInstance(frames) + paddingPx, Math.Max(minSizePx ?? 0, 1));
        return (int)Math.Ceiling(size / maxStride) * maxStride;
    }

    /// <summary>The padding that keeps an instance within its crop when it is turned and scaled.</summary>
    /// <param name="sizePx">The largest side of an instance.</param>
    /// <param name="config">The augmentation; null for none.</param>
    /// <returns>Pixels to add to the side, both ends together.</returns>
    public static int AugmentationPadding(double sizePx, GeometricConfig? config)
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

    /// <summary>The longest side of the bounding box of any instance.</summary>
    /// <param name="frames">The frames.</param>
    /// <returns>Pixels.</returns>
    public static double LargestInstance(IEnumerable<TrainingFrame> frames)
    {
        var largest = 0.0;
        foreach (var instance in frames.SelectMany(f => f.Instances))
        {
            var visible = instance.Points.Where(p => p is { HasPosition: true, Visible: true })
                .SelectMany(p => new[] { (float)p.X, (float)p.Y }).ToArray();
            var (left, top, right, bottom) = Centroids.BoundingBox(visible);
            largest = Math.Max(largest, Math.Max(right - left, bottom - top));
        }

        return largest;
    }
}
