using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>Turns poses into the numbers that are compared. Poses are x and y of each node, one after the other, NaN where missing.</summary>
internal static class PoseFeatures
{
    /// <summary>The side of an image feature, in samples.</summary>
    public const int PatchSide = 32;

    // Some surroundings belong to how an animal looks: its nodes lie inside of its outline.
    private const double PatchMargin = 1.25;
    private const double MinPatchSidePx = 16;

    /// <summary>The points of an instance; those that are not visible are NaN.</summary>
    public static double[] PointsOf(PoseInstance instance)
    {
        var points = new double[2 * instance.Points.Length];
        for (var i = 0; i < instance.Points.Length; i++)
        {
            var point = instance.Points[i];
            var isThere = point.Visible && double.IsFinite(point.X) && double.IsFinite(point.Y);
            (points[2 * i], points[(2 * i) + 1]) = isThere ? (point.X, point.Y) : (double.NaN, double.NaN);
        }

        return points;
    }

    /// <summary>How many nodes of a pose have a position.</summary>
    public static int VisibleCount(ReadOnlySpan<double> points)
    {
        var count = 0;
        for (var i = 0; i < points.Length; i += 2)
        {
            count += double.IsNaN(points[i]) || double.IsNaN(points[i + 1]) ? 0 : 1;
        }

        return count;
    }

    /// <summary>The feature of a pose.</summary>
    /// <param name="feature">Which one.</param>
    /// <param name="points">The pose.</param>
    /// <param name="image">The frame; only image features need it.</param>
    public static double[] Extract(TrackingFeature feature, double[] points, ImageFrame? image) => feature switch
    {
        TrackingFeature.Keypoints => points,
        TrackingFeature.Centroids => Centroid(points),
        TrackingFeature.Boxes => Box(points),
        TrackingFeature.Image => Patch(points, image ?? throw new ArgumentNullException(nameof(image))),
        _ => throw new ArgumentOutOfRangeException(nameof(feature)),
    };

    /// <summary>The median of x and of y.</summary>
    public static double[] Centroid(double[] points) => [Median(points, 0), Median(points, 1)];

    /// <summary>Smallest x and y, largest x and y; NaN where no node has a position.</summary>
    public static double[] Box(double[] points)
    {
        double[] box = [double.NaN, double.NaN, double.NaN, double.NaN];
        for (var i = 0; i < points.Length; i++)
        {
            if (!double.IsNaN(points[i]))
            {
                var (least, most) = (i % 2, (i % 2) + 2);
                box[least] = double.IsNaN(box[least]) ? points[i] : Math.Min(box[least], points[i]);
                box[most] = double.IsNaN(box[most]) ? points[i] : Math.Max(box[most], points[i]);
            }
        }

        return box;
    }

    /// <summary>
    /// The grey values of a square around the pose on a grid of 32 x 32 samples, less their mean, so that their cosine is
    /// the normalised cross-correlation. Outside of the frame its edge goes on.
    /// </summary>
    public static double[] Patch(double[] points, ImageFrame image)
    {
        var box = Box(points);
        var side = Math.Max(MinPatchSidePx, PatchMargin * Math.Max(box[2] - box[0], box[3] - box[1]));
        var (left, top) = (((box[0] + box[2]) / 2) - (side / 2), ((box[1] + box[3]) / 2) - (side / 2));
        var patch = new double[PatchSide * PatchSide];
        if (double.IsNaN(left) || double.IsNaN(top))
        {
            Array.Fill(patch, double.NaN);
            return patch;
        }

        var oversampling = Math.Clamp((int)Math.Round(side / PatchSide), 1, 16);
        var fine = PatchSide * oversampling;
        var stepPx = side / fine;
        for (var y = 0; y < fine; y++)
        {
            var row = Math.Clamp((int)Math.Round(top + ((y + 0.5) * stepPx)), 0, image.HeightPx - 1);
            for (var x = 0; x < fine; x++)
            {
                var column = Math.Clamp((int)Math.Round(left + ((x + 0.5) * stepPx)), 0, image.WidthPx - 1);
                var at = ((row * image.WidthPx) + column) * image.Channels;
                for (var channel = 0; channel < image.Channels; channel++)
                {
                    patch[(y / oversampling * PatchSide) + (x / oversampling)] += image.Pixels[at + channel];
                }
            }
        }

        var mean = patch.Average();
        for (var i = 0; i < patch.Length; i++)
        {
            patch[i] -= mean;
        }

        return patch;
    }

    private static double Median(double[] points, int axis)
    {
        var values = new List<double>(points.Length / 2);
        for (var i = axis; i < points.Length; i += 2)
        {
            if (!double.IsNaN(points[i]))
            {
                values.Add(points[i]);
            }
        }

        if (values.Count == 0)
        {
            return double.NaN;
        }

        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
