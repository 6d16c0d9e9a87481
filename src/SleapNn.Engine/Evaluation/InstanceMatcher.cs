using SleapNn.Inference;

namespace SleapNn.Evaluation;

/// <summary>Pairs the labelled and predicted animals of a frame.</summary>
internal static class InstanceMatcher
{
    /// <summary>
    /// Pairs animals by OKS as PASCAL VOC does: predicted animals choose by falling score, each the most similar labelled
    /// one that is left.
    /// </summary>
    /// <param name="pair">The frame.</param>
    /// <param name="options">The OKS options and thresholds.</param>
    public static FrameMatch ByOks(FramePair pair, EvaluationOptions options)
    {
        var free = pair.Truth.ToList();
        var matches = new List<InstanceMatch>();
        var poses = new List<(Pose, Pose)>();
        foreach (var predicted in pair.Predicted.OrderByDescending(p => p.Instance.Score))
        {
            var (best, bestOks) = (-1, options.MatchThreshold);
            for (var i = 0; i < free.Count; i++)
            {
                var oks = ObjectKeypointSimilarity.Compute(free[i].Points, predicted.Points, options.OksStddev, options.OksScale);
                if (oks > bestOks)
                {
                    (best, bestOks) = (i, oks);
                }
            }

            if (best < 0)
            {
                continue;
            }

            var truth = free[best];
            free.RemoveAt(best);
            poses.Add((truth, predicted));
            matches.Add(new InstanceMatch(pair.Video, pair.FrameIndex, truth.Instance, predicted.Instance, bestOks, NodeDistances(truth, predicted)));
        }

        var detection = new DetectionMetrics(matches.Count, free.Count, pair.Predicted.Count(p => !p.IsEmpty) - matches.Count);
        var centroids = Centroids(pair, options);
        return new FrameMatch(pair, matches, detection, Count(pair, centroids.Count), [.. centroids.Select(c => c.DistancePx)], poses);
    }

    /// <summary>Pairs animals so that the sum of the distances of their centroids is smallest.</summary>
    /// <param name="pair">The frame.</param>
    /// <param name="options">The largest distance.</param>
    public static FrameMatch ByCentroid(FramePair pair, EvaluationOptions options)
    {
        var centroids = Centroids(pair, options);
        var matches = centroids.Select(c => new InstanceMatch(
            pair.Video, pair.FrameIndex, c.Truth.Instance, c.Predicted.Instance, double.NaN, [c.DistancePx])).ToList();
        var detection = Count(pair, matches.Count);
        return new FrameMatch(pair, matches, detection, detection, [.. centroids.Select(c => c.DistancePx)], []);
    }

    private static List<(Pose Truth, Pose Predicted, double DistancePx)> Centroids(FramePair pair, EvaluationOptions options)
    {
        var truth = pair.Truth.Where(p => !p.IsEmpty).ToList();
        var predicted = pair.Predicted.Where(p => !p.IsEmpty).ToList();
        var distances = new double[predicted.Count, truth.Count];
        for (var i = 0; i < predicted.Count; i++)
        {
            for (var j = 0; j < truth.Count; j++)
            {
                distances[i, j] = Distance(predicted[i].Centroid, truth[j].Centroid);
            }
        }

        return [.. LinearAssignment.Solve(distances)
            .Where(m => distances[m.Row, m.Column] <= options.MaxCentroidDistancePx)
            .Select(m => (truth[m.Column], predicted[m.Row], distances[m.Row, m.Column]))];
    }

    private static DetectionMetrics Count(FramePair pair, int matched) =>
        new(matched, pair.Truth.Count - matched, pair.Predicted.Count(p => !p.IsEmpty) - matched);

    private static double[] NodeDistances(Pose truth, Pose predicted)
    {
        var distances = new double[truth.Points.Length];
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = Distance(truth.Points[i], predicted.Points[i]);
        }

        return distances;
    }

    private static double Distance(PosePoint a, PosePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
