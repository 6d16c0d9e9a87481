namespace SleapNn.Inference;

/// <summary>Keeps the animals that are plausible enough, see <see cref="FilterOptions"/>.</summary>
public static class InstanceFilter
{
    // sleap-nn's constant of the overlap by OKS; it is not the one of its evaluation.
    private const double OksKappa = 0.1;

    /// <summary>Filters the animals of one frame.</summary>
    /// <param name="poses">The animals.</param>
    /// <param name="options">What is kept.</param>
    /// <returns>Those that are kept, in the order they came.</returns>
    public static IReadOnlyList<DetectedPose> Apply(IReadOnlyList<DetectedPose> poses, FilterOptions options)
    {
        if (poses.Count == 0)
        {
            return poses;
        }

        IReadOnlyList<DetectedPose> kept = [.. poses.Where(pose => IsKept(pose, options))];
        if (options.MaxOverlap is { } most)
        {
            Func<DetectedPose, DetectedPose, double> overlap = options.OverlapMethod == OverlapMethod.Oks ? Oks : Iou;
            kept = WithoutRivals(kept, (pose, better) => overlap(pose, better) > most);
        }

        if (options.MinCentroidDistancePx is > 0 and var least)
        {
            kept = WithoutRivals(kept, (pose, better) => Distance(pose.Points[0], better.Points[0]) < least);
        }

        return kept;
    }

    /// <summary>Tests whether the filters fit what the models give.</summary>
    /// <param name="options">The filters.</param>
    /// <param name="kind">The kind of pipeline.</param>
    /// <param name="nodeCount">The number of nodes.</param>
    /// <exception cref="PredictionException">They do not (PredictionOptionConflict).</exception>
    public static void RequireFitting(FilterOptions options, string kind, int nodeCount)
    {
        if (options.MaxOverlap is not null && nodeCount < 2)
        {
            throw new PredictionException(
                "PredictionOptionConflict",
                "Animals of one node are points, which do not overlap: MaxOverlap has nothing to compare. Use MinCentroidDistance with a centroid model.",
                kind);
        }

        if (options.MinCentroidDistancePx > 0 && kind != "centroid")
        {
            throw new PredictionException(
                "PredictionOptionConflict", $"MinCentroidDistance works on the points of a centroid model alone, not on {kind} poses. Use MaxOverlap.", kind);
        }
    }

    private static bool IsKept(DetectedPose pose, FilterOptions options)
    {
        var found = pose.Points.Count(point => point.HasPosition);
        var mean = found == 0 ? 0 : pose.Points.Where(point => point.HasPosition).Average(point => point.Score);

        // A limit of 0 is off; that a score of NaN fails every other one is intended.
        return found >= options.MinVisibleNodes
            && found >= options.MinVisibleNodeFraction * pose.Points.Length
            && (options.MinInstanceScore == 0 || pose.Score >= options.MinInstanceScore)
            && (options.MinMeanNodeScore == 0 || mean >= options.MinMeanNodeScore);
    }

    private static IReadOnlyList<DetectedPose> WithoutRivals(IReadOnlyList<DetectedPose> poses, Func<DetectedPose, DetectedPose, bool> isRival)
    {
        var kept = new HashSet<int>();
        foreach (var i in Enumerable.Range(0, poses.Count).OrderByDescending(i => poses[i].Score))
        {
            if (!kept.Any(better => isRival(poses[i], poses[better])))
            {
                kept.Add(i);
            }
        }

        return [.. poses.Where((_, i) => kept.Contains(i))];
    }

    private static double Iou(DetectedPose a, DetectedPose b)
    {
        var (boxA, boxB) = (Box(a), Box(b));
        var width = Math.Max(0, Math.Min(boxA.Right, boxB.Right) - Math.Max(boxA.Left, boxB.Left));
        var height = Math.Max(0, Math.Min(boxA.Bottom, boxB.Bottom) - Math.Max(boxA.Top, boxB.Top));
        var union = Area(boxA) + Area(boxB) - (width * height);
        return union > 0 ? width * height / union : 0;
    }

    // The scale is the box of the worse animal, which comes first.
    private static double Oks(DetectedPose pose, DetectedPose better)
    {
        var area = Area(Box(pose));
        var both = pose.Points.Zip(better.Points).Where(pair => pair.First.HasPosition && pair.Second.HasPosition).ToArray();
        return both.Length == 0 || !(area > 0) ? 0
            : both.Average(pair => Math.Exp(-Math.Pow(Distance(pair.First, pair.Second), 2) / (2 * area * OksKappa * OksKappa)));
    }

    private static double Distance(PosePoint a, PosePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    private static double Area((double Left, double Top, double Right, double Bottom) box) => (box.Right - box.Left) * (box.Bottom - box.Top);

    private static (double Left, double Top, double Right, double Bottom) Box(DetectedPose pose)
    {
        var found = pose.Points.Where(point => point.HasPosition).ToArray();
        return found.Length == 0
            ? default
            : (found.Min(point => point.X), found.Min(point => point.Y), found.Max(point => point.X), found.Max(point => point.Y));
    }
}
