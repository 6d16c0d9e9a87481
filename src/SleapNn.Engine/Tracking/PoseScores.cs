namespace SleapNn.Tracking;

/// <summary>How alike two features are; larger is more alike, NaN where nothing can be compared.</summary>
internal static class PoseScores
{
    // The distance of 1 from the next larger number: keeps animals without extent from a division by zero.
    private const double SmallestArea = 1.0 / (1L << 52);

    /// <summary>The function behind a choice of score.</summary>
    /// <param name="score">Which one.</param>
    /// <param name="feature">What it compares.</param>
    /// <param name="oksStddev">The spread of a node for OKS.</param>
    /// <returns>A function of the new pose's feature and the earlier pose's feature.</returns>
    public static Func<double[], double[], double> Function(TrackingScore score, TrackingFeature feature, double oksStddev) => score switch
    {
        TrackingScore.Oks => (a, b) => Oks(a, b, oksStddev),
        TrackingScore.Cosine => Cosine,
        TrackingScore.Iou => Iou,
        TrackingScore.Euclidean when feature == TrackingFeature.Keypoints => KeypointDistance,
        TrackingScore.Euclidean => (a, b) => -Math.Sqrt(SquaredDistance(a, b)),
        _ => throw new ArgumentOutOfRangeException(nameof(score)),
    };

    /// <summary>
    /// Object keypoint similarity as COCO's evaluation computes it: exp(-d^2 / (2 (2 stddev)^2 area)), averaged over the
    /// visible nodes of the first pose, whose box gives the area; a node missing in the second counts as 0.
    /// </summary>
    public static double Oks(double[] reference, double[] other, double stddev)
    {
        var box = PoseFeatures.Box(reference);
        var area = (box[2] - box[0]) * (box[3] - box[1]);
        var normalization = 4 * stddev * stddev * 2 * (area + SmallestArea);
        var (sum, visible) = (0.0, 0);
        for (var i = 0; i < reference.Length; i += 2)
        {
            var (dx, dy) = (reference[i] - other[i], reference[i + 1] - other[i + 1]);
            if (double.IsNaN(reference[i]) || double.IsNaN(reference[i + 1]))
            {
                continue;
            }

            visible++;
            if (!double.IsNaN(dx) && !double.IsNaN(dy))
            {
                sum += Math.Exp(-(((dx * dx) + (dy * dy)) / normalization));
            }
        }

        return visible == 0 ? double.NaN : sum / visible;
    }

    /// <summary>Intersection over union of two boxes (least x, least y, most x, most y) that include their last pixels.</summary>
    public static double Iou(double[] a, double[] b)
    {
        var width = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0]) + 1);
        var height = Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]) + 1);
        var intersection = width * height;
        return intersection / (BoxArea(a) + BoxArea(b) - intersection);
    }

    /// <summary>The area of a box that includes its last pixels.</summary>
    public static double BoxArea(double[] box) => (box[2] - box[0] + 1) * (box[3] - box[1] + 1);

    /// <summary>The cosine of the angle between two features, over what is there in both.</summary>
    public static double Cosine(double[] a, double[] b)
    {
        var (product, squaresA, squaresB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            if (!double.IsNaN(a[i]) && !double.IsNaN(b[i]))
            {
                product += a[i] * b[i];
                squaresA += a[i] * a[i];
                squaresB += b[i] * b[i];
            }
        }

        return squaresA > 0 && squaresB > 0 ? product / (Math.Sqrt(squaresA) * Math.Sqrt(squaresB)) : double.NaN;
    }

    /// <summary>
    /// The negative distance of two poses as vectors of all coordinates. Nodes missing in one of them are taken to be as
    /// far apart as the others are on average; sleap-nn has no score there.
    /// </summary>
    public static double KeypointDistance(double[] a, double[] b)
    {
        var (sum, shared) = (0.0, 0);
        for (var i = 0; i < a.Length; i += 2)
        {
            var squared = ((a[i] - b[i]) * (a[i] - b[i])) + ((a[i + 1] - b[i + 1]) * (a[i + 1] - b[i + 1]));
            if (!double.IsNaN(squared))
            {
                sum += squared;
                shared++;
            }
        }

        return shared == 0 ? double.NaN : -Math.Sqrt(sum * (a.Length / 2) / shared);
    }

    private static double SquaredDistance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }
}
