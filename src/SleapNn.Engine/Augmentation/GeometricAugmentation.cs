using SleapNn.Configuration;
using SleapNn.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Augmentation;

/// <summary>
/// Flips, turns, scales, shifts and erases. The image and its keypoints move by one and the same map about the image's
/// centre ((w - 1) / 2, (h - 1) / 2), the place where the pixel centres are turned about themselves; so a keypoint
/// stays on its pixel. (sleap-nn turns them about (w / 2, h / 2), which leaves keypoints half a pixel off on average.)
/// </summary>
public static class GeometricAugmentation
{
    /// <summary>Draws the map of one sample. The order is rotation and scale about the centre, then the shift, as in kornia.</summary>
    /// <param name="config">What to do, and how often.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="random">Where the random numbers come from.</param>
    /// <returns>Where each point of the image goes; null where the image stays as it is.</returns>
    public static AffineTransform? DrawAffine(GeometricConfig config, int heightPx, int widthPx, SeededRandom random)
    {
        var independent = config.RotationP is not null || config.ScaleP is not null || config.TranslateP is not null;
        var together = random.Chance(config.AffineP) && !independent;
        var rotates = random.Chance(config.RotationP ?? 0) || together;
        var scales = random.Chance(config.ScaleP ?? 0) || together;
        var shifts = random.Chance(config.TranslateP ?? 0) || together;
        if (!rotates && !scales && !shifts)
        {
            return null;
        }

        var degrees = rotates ? random.Uniform(config.RotationMin, config.RotationMax) : 0;
        var scale = scales ? random.Uniform(config.ScaleMin, config.ScaleMax) : 1;
        var xPx = shifts ? widthPx * random.Uniform(-config.TranslateWidth, config.TranslateWidth) : 0;
        var yPx = shifts ? heightPx * random.Uniform(-config.TranslateHeight, config.TranslateHeight) : 0;
        return AffineTransform.RotationAndScale(degrees, scale, (widthPx - 1) / 2.0, (heightPx - 1) / 2.0)
            .Then(AffineTransform.Translation(xPx, yPx));
    }

    /// <summary>Draws whether and where a part of the image is erased: area and aspect ratio uniform, the place uniform, as in kornia.</summary>
    /// <param name="config">What to do, and how often.</param>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="random">Where the random numbers come from.</param>
    /// <returns>The rectangle in pixels; null where nothing is erased.</returns>
    public static (int Left, int Top, int Width, int Height)? DrawErased(GeometricConfig config, int heightPx, int widthPx, SeededRandom random)
    {
        if (!random.Chance(config.EraseP))
        {
            return null;
        }

        var area = random.Uniform(config.EraseScaleMin, config.EraseScaleMax) * heightPx * widthPx;
        var ratio = DrawRatio(config.EraseRatioMin, config.EraseRatioMax, random);
        var height = (int)Math.Clamp(Math.Round(Math.Sqrt(area * ratio)), 1, heightPx);
        var width = (int)Math.Clamp(Math.Round(Math.Sqrt(area / ratio)), 1, widthPx);
        return (random.Next(widthPx - width + 1), random.Next(heightPx - height + 1), width, height);
    }

    /// <summary>Changes an image and its keypoints at random.</summary>
    /// <param name="image">8-bit, (1, channels, height, width), on the CPU.</param>
    /// <param name="points">x and y in pixels of each node of each instance in turn, NaN where missing; changed in place.</param>
    /// <param name="nodeCount">How many nodes an instance has.</param>
    /// <param name="config">What to do, and how often.</param>
    /// <param name="symmetries">The nodes that change places when the image is mirrored.</param>
    /// <param name="random">Where the random numbers come from.</param>
    /// <returns>The image of the same shape.</returns>
    public static Tensor Apply(
        Tensor image, Span<float> points, int nodeCount, GeometricConfig config, IReadOnlyList<SkeletonEdge> symmetries, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        if (random.Chance(config.FlipP))
        {
            image = image.flip(3);
            Flip(points, nodeCount, width, symmetries);
        }

        if (DrawAffine(config, height, width, random) is { } map)
        {
            image = ImageWarp.Apply(image, map.Inverse(), height, width);
            Move(points, map);
        }

        if (DrawErased(config, height, width, random) is { } hole)
        {
            image = image.clone();
            image.narrow(2, hole.Top, hole.Height).narrow(3, hole.Left, hole.Width).zero_();
        }

        return image.MoveToOuterDisposeScope();
    }

    /// <summary>Moves keypoints by a map.</summary>
    /// <param name="points">x and y in pixels in turn, NaN where missing; changed in place.</param>
    /// <param name="map">Where points go.</param>
    public static void Move(Span<float> points, AffineTransform map)
    {
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            var (x, y) = map.Apply(points[i], points[i + 1]);
            (points[i], points[i + 1]) = ((float)x, (float)y);
        }
    }

    private static void Flip(Span<float> points, int nodeCount, int width, IReadOnlyList<SkeletonEdge> symmetries)
    {
        for (var i = 0; i < points.Length; i += 2)
        {
            points[i] = width - 1 - points[i];
        }

        for (var start = 0; start < points.Length; start += 2 * nodeCount)
        {
            foreach (var (first, second) in symmetries)
            {
                var (a, b) = (start + (2 * first), start + (2 * second));
                (points[a], points[b]) = (points[b], points[a]);
                (points[a + 1], points[b + 1]) = (points[b + 1], points[a + 1]);
            }
        }
    }

    // kornia draws tall and wide rectangles equally often where the range spans 1.
    private static double DrawRatio(double minimum, double maximum, SeededRandom random)
    {
        if (minimum >= 1 || maximum <= 1)
        {
            return random.Uniform(minimum, maximum);
        }

        return random.Chance(0.5) ? random.Uniform(minimum, 1) : random.Uniform(1, maximum);
    }
}
