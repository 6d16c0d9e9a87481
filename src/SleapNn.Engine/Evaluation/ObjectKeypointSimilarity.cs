namespace SleapNn.Evaluation;

/// <summary>
/// Object keypoint similarity (OKS) as COCO's evaluation defines it: the mean over the labelled nodes of
/// exp(-d² / (2 s k²)), with d the distance in pixels, s the animal's area in pixels squared and k twice the node's
/// standard deviation. See Ronchi and Perona, "Benchmarking and Error Diagnosis in Multi-Instance Pose Estimation", ICCV 2017.
/// </summary>
public static class ObjectKeypointSimilarity
{
    // Keeps the area of an animal with one node, or all in a line, from being zero.
    private const double Spacing = 2.220446049250313e-16;

    /// <summary>The similarity of a predicted pose to a labelled one.</summary>
    /// <param name="truth">The labelled points, one a node. Points without position are not labelled.</param>
    /// <param name="predicted">The predicted points in the same order. Points without position count as missed.</param>
    /// <param name="stddev">One standard deviation for all nodes, or one a node.</param>
    /// <param name="areaPx2">The animal's area in pixels squared; null takes the bounding box of the labelled points.</param>
    /// <returns>The similarity from 0 to 1; NaN where no node is labelled.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Compute(IReadOnlyList<PosePoint> truth, IReadOnlyList<PosePoint> predicted, IReadOnlyList<double> stddev, double? areaPx2 = null)
    {
        if (truth.Count != predicted.Count || (stddev.Count != 1 && stddev.Count != truth.Count))
        {
            throw new ArgumentException($"{truth.Count} labelled points need as many predicted points and one standard deviation or as many, not {predicted.Count} and {stddev.Count}.");
        }

        var scale = 2 * ((areaPx2 ?? BoundingBoxArea(truth)) + Spacing);
        var (sum, labelled) = (0.0, 0);
        for (var i = 0; i < truth.Count; i++)
        {
            if (!truth[i].HasPosition)
            {
                continue;
            }

            labelled++;
            if (predicted[i].HasPosition)
            {
                var (dx, dy) = (truth[i].X - predicted[i].X, truth[i].Y - predicted[i].Y);
                var spread = 2 * stddev[stddev.Count == 1 ? 0 : i];
                sum += Math.Exp(-(((dx * dx) + (dy * dy)) / (spread * spread * scale)));
            }
        }

        return sum / labelled;
    }

    /// <summary>The area of the box around the points that have a position.</summary>
    /// <param name="points">The points.</param>
    /// <returns>Pixels squared; NaN where no point has a position.</returns>
    public static double BoundingBoxArea(IReadOnlyList<PosePoint> points)
    {
        var (left, top, right, bottom) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (var point in points)
        {
            if (point.HasPosition)
            {
                (left, right) = (Math.Min(left, point.X), Math.Max(right, point.X));
                (top, bottom) = (Math.Min(top, point.Y), Math.Max(bottom, point.Y));
            }
        }

        return left <= right ? (right - left) * (bottom - top) : double.NaN;
    }
}
