namespace SleapNn.Tracking;

/// <summary>One track's recent poses and the filters that follow its centroid or its nodes.</summary>
internal sealed class KalmanTrack(TrackingOptions options, int[] nodes)
{
    private const int MinFitFrames = 3;

    // As many as a fit looks at: memory does not grow with the video.
    private readonly List<TrackedPose> history = [];
    private (ConstantVelocityFilter Filter, ConstantVelocityState State)?[]? filters;
    private double usualStepPx;
    private int correctedTo;
    private int believedTo;
    private int resetAt = -1;

    private double MaxSpeedPx => Math.Max(options.KalmanMinMaxSpeedPx, options.KalmanMaxSpeedSteps * usualStepPx);

    private double GatePx => Math.Max(options.KalmanMinGatePx, options.KalmanGateSteps * usualStepPx);

    /// <summary>How many points of the last pose were visible.</summary>
    public int LastVisibleCount => history[^1].VisibleCount;

    /// <summary>Remembers the newest pose of the track, if it is not known yet.</summary>
    public void Observe(TrackedPose pose)
    {
        if (history.Count > 0 && history[^1].Time >= pose.Time)
        {
            return;
        }

        if (history.Count == options.KalmanWarmupFrames)
        {
            history.RemoveAt(0);
        }

        history.Add(pose);
    }

    /// <summary>Drops the filters where no position was believed for too long, so that what they foretell misleads nobody.</summary>
    public void ResetIfStale(int time)
    {
        if (filters is not null && time - believedTo > options.KalmanResetGap)
        {
            (filters, usualStepPx, resetAt) = (null, 0, time);
        }
    }

    /// <summary>Fits filters anew once there are enough frames without a gap.</summary>
    public void FitAgain()
    {
        if (filters is null && FreshWindow().Count >= options.KalmanWarmupFrames)
        {
            Fit();
        }
    }

    /// <summary>Fits filters to the last frames without a gap, where there are enough.</summary>
    public void Fit()
    {
        var window = FreshWindow();
        if (window.Count < MinFitFrames)
        {
            return;
        }

        usualStepPx = UsualStep(window);
        var points = Enumerable.Range(0, options.KalmanPoints == KalmanPoints.Keypoints ? nodes.Length : 1);
        var fitted = points
            .Select(point => ConstantVelocityFilter.Fit([.. window.Select(pose => PointOf(pose.Points, point))], MaxSpeedPx))
            .ToArray();
        if (fitted.Any(filter => filter is not null))
        {
            filters = fitted;
            (correctedTo, believedTo) = (window[^1].Time, window[^1].Time);
        }
    }

    /// <summary>Takes the positions since the last correction into the filters; one that is too far off is not believed.</summary>
    public void Correct()
    {
        if (filters is null)
        {
            return;
        }

        foreach (var pose in history.Where(pose => pose.Time > correctedTo))
        {
            // The way across missed frames must not end up in the speed.
            Advance(filters, pose.Time - correctedTo - 1);
            var predicted = filters.Select(f => f is { } known ? known.Filter.Predict(known.State) : null).ToArray();
            var (expected, seen) = (CentroidOf(predicted), CentroidOf(pose.Points));
            var isBelieved = !(Distance(expected, seen) > GatePx);
            for (var i = 0; i < filters.Length; i++)
            {
                if (filters[i] is { } known)
                {
                    var (x, y) = PointOf(pose.Points, i);
                    var state = isBelieved ? known.Filter.Correct(predicted[i]!, x, y) : predicted[i]!;
                    filters[i] = (known.Filter, state.WithSpeedUpTo(MaxSpeedPx));
                }
            }

            correctedTo = pose.Time;
            believedTo = isBelieved ? pose.Time : believedTo;
        }
    }

    /// <summary>The last pose, moved towards where the filters expect it; null where there are no filters.</summary>
    public double[]? Foretell(int time)
    {
        if (filters is null)
        {
            return null;
        }

        var ahead = ((ConstantVelocityFilter Filter, ConstantVelocityState State)?[])filters.Clone();
        Advance(ahead, Math.Max(1, time - correctedTo));
        var states = ahead.Select(f => f?.State).ToArray();
        var last = history[^1].Points;
        var (expected, seen) = (CentroidOf(states), CentroidOf(last));
        if (double.IsNaN(expected.X) || double.IsNaN(seen.X))
        {
            return last;
        }

        return options.KalmanPoints == KalmanPoints.Keypoints
            ? MovedByNode(last, states)
            : Moved(last, expected.X - seen.X, expected.Y - seen.Y);
    }

    private double[] MovedByNode(double[] last, ConstantVelocityState?[] states)
    {
        var moves = nodes.Select((node, i) => (X: (states[i]?.X ?? double.NaN) - last[2 * node], Y: (states[i]?.Y ?? double.NaN) - last[(2 * node) + 1]))
            .Where(move => !double.IsNaN(move.X) && !double.IsNaN(move.Y))
            .ToList();
        var pose = moves.Count > 0 ? Moved(last, moves.Average(m => m.X), moves.Average(m => m.Y)) : [.. last];
        for (var i = 0; i < nodes.Length; i++)
        {
            if (states[i] is { } state)
            {
                var (x, y) = (2 * nodes[i], (2 * nodes[i]) + 1);
                pose[x] = double.IsNaN(last[x]) ? state.X : last[x] + (options.KalmanBlend * (state.X - last[x]));
                pose[y] = double.IsNaN(last[y]) ? state.Y : last[y] + (options.KalmanBlend * (state.Y - last[y]));
            }
        }

        return pose;
    }

    private double[] Moved(double[] pose, double dx, double dy) =>
        [.. pose.Select((value, i) => value + (options.KalmanBlend * (i % 2 == 0 ? dx : dy)))];

    private void Advance((ConstantVelocityFilter Filter, ConstantVelocityState State)?[] from, int frames)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < from.Length; i++)
            {
                from[i] = from[i] is { } known ? (known.Filter, known.Filter.Predict(known.State).WithSpeedUpTo(MaxSpeedPx)) : null;
            }
        }
    }

    private (double X, double Y) PointOf(double[] pose, int point) => options.KalmanPoints == KalmanPoints.Keypoints
        ? (pose[2 * nodes[point]], pose[(2 * nodes[point]) + 1])
        : CentroidOf(pose);

    // With fewer than half of the nodes the mean says more about which nodes are seen than about where the animal is.
    private (double X, double Y) CentroidOf(double[] pose)
    {
        var visible = nodes.Where(node => !double.IsNaN(pose[2 * node]) && !double.IsNaN(pose[(2 * node) + 1])).ToList();
        return visible.Count == 0 || visible.Count * 2 < nodes.Length
            ? (double.NaN, double.NaN)
            : (visible.Average(node => pose[2 * node]), visible.Average(node => pose[(2 * node) + 1]));
    }

    private static (double X, double Y) CentroidOf(IEnumerable<ConstantVelocityState?> states)
    {
        var known = states.OfType<ConstantVelocityState>().ToList();
        return (known.Average(state => state.X), known.Average(state => state.Y));
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) =>
        Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    private double UsualStep(IReadOnlyList<TrackedPose> window)
    {
        // From end to end, since the noise of the positions would make the mean of single steps too long.
        var seen = window.Where(pose => !double.IsNaN(CentroidOf(pose.Points).X)).ToList();
        return seen.Count < 2 ? 0 : Distance(CentroidOf(seen[0].Points), CentroidOf(seen[^1].Points)) / (seen[^1].Time - seen[0].Time);
    }

    private List<TrackedPose> FreshWindow()
    {
        var start = history.Count;
        while (start > 0 && history[start - 1].Time > resetAt
            && (start == history.Count || history[start].Time - history[start - 1].Time == 1))
        {
            start--;
        }

        return history[start..];
    }
}
