namespace SleapNn.Evaluation;

/// <summary>The formulas of the metrics over matched animals; definitions and corner cases are those of sleap-nn.</summary>
internal static class Metrics
{
    // Keeps a precision of zero out of zero from being NaN; sleap-nn's precisions carry it, too.
    private const double Spacing = 2.220446049250313e-16;

    private static readonly double[] MatchScoreThresholds = Statistics.Linspace(0.5, 0.95, 10);
    private static readonly double[] RecallThresholds = Statistics.Linspace(0, 1, 101);
    private static readonly double[] PckThresholdsPx = Statistics.Linspace(1, 10, 10);

    /// <summary>The sum of counts.</summary>
    public static DetectionMetrics Add(IEnumerable<DetectionMetrics> counts) =>
        counts.Aggregate(new DetectionMetrics(0, 0, 0), (a, b) => new(a.Matched + b.Matched, a.Missed + b.Missed, a.Invented + b.Invented));

    /// <summary>Average precision and recall.</summary>
    /// <param name="matches">The matched animals.</param>
    /// <param name="scores">The match score of each.</param>
    /// <param name="labelled">The number of labelled animals, matched or not.</param>
    public static VocMetrics Voc(IReadOnlyList<InstanceMatch> matches, IReadOnlyList<double> scores, int labelled)
    {
        var ranked = Enumerable.Range(0, matches.Count)
            .OrderByDescending(i => matches[i].Prediction.Score)
            .Select(i => scores[i])
            .ToArray();
        var curves = Array.ConvertAll(MatchScoreThresholds, threshold => Curve(ranked, threshold, labelled));
        return new VocMetrics(
            MatchScoreThresholds,
            RecallThresholds,
            ranked,
            [.. curves.Select(c => c.Precisions)],
            [.. curves.Select(c => c.Recall)]);
    }

    /// <summary>The share of correct keypoints of one matched animal, averaged over the thresholds, then over the nodes.</summary>
    public static double PckOf(InstanceMatch match) => Statistics.Mean([.. match.DistancesPx.Select(PckOf)]);

    /// <summary>The share of correct keypoints of all matched animals.</summary>
    public static PckMetrics Pck(IReadOnlyList<InstanceMatch> matches, int nodeCount)
    {
        if (matches.Count == 0)
        {
            return new PckMetrics(PckThresholdsPx, [], []);
        }

        var points = (double)(matches.Count * nodeCount);
        return new PckMetrics(
            PckThresholdsPx,
            [.. PckThresholdsPx.Select(t => matches.Sum(m => m.DistancesPx.Count(d => d < t)) / points)],
            [.. Enumerable.Range(0, nodeCount).Select(node => matches.Average(m => PckOf(m.DistancesPx[node])))]);
    }

    /// <summary>Whether visible nodes were found.</summary>
    public static VisibilityMetrics Visibility(IEnumerable<(Pose Truth, Pose Predicted)> poses)
    {
        var counts = new int[4];
        foreach (var (truth, predicted) in poses)
        {
            for (var node = 0; node < truth.Points.Length; node++)
            {
                counts[(truth.Points[node].HasPosition ? 2 : 0) + (predicted.Points[node].HasPosition ? 1 : 0)]++;
            }
        }

        return new VisibilityMetrics(TruePositives: counts[3], FalsePositives: counts[1], TrueNegatives: counts[0], FalseNegatives: counts[2]);
    }

    /// <summary>The nodes one by one.</summary>
    public static IReadOnlyList<NodeMetrics> Nodes(
        IReadOnlyList<InstanceMatch> matches, IReadOnlyList<(Pose Truth, Pose Predicted)> poses, IReadOnlyList<string> nodes, PckMetrics pck) =>
        [.. nodes.Select((name, node) => new NodeMetrics(
            name,
            Statistics.Distances(matches.Select(m => m.DistancesPx[node])),
            pck.PckByNode.Count > 0 ? pck.PckByNode[node] : double.NaN,
            Missed: poses.Count(p => p.Truth.Points[node].HasPosition && !p.Predicted.Points[node].HasPosition),
            Invented: poses.Count(p => !p.Truth.Points[node].HasPosition && p.Predicted.Points[node].HasPosition)))];

    private static double PckOf(double distancePx) => PckThresholdsPx.Count(t => distancePx < t) / (double)PckThresholdsPx.Length;

    private static (double[] Precisions, double Recall) Curve(double[] ranked, double threshold, int labelled)
    {
        var precisions = new double[RecallThresholds.Length];
        if (ranked.Length == 0)
        {
            return (precisions, 0);
        }

        var (recall, precision) = (new double[ranked.Length], new double[ranked.Length]);
        var right = 0;
        for (var i = 0; i < ranked.Length; i++)
        {
            right += ranked[i] >= threshold ? 1 : 0;
            recall[i] = right / (double)labelled;
            precision[i] = right / (i + 1 + Spacing);
        }

        // The precision at a recall is the best at that or any higher recall.
        for (var i = ranked.Length - 1; i > 0; i--)
        {
            precision[i - 1] = Math.Max(precision[i - 1], precision[i]);
        }

        var at = 0;
        for (var i = 0; i < precisions.Length; i++)
        {
            while (at < recall.Length && recall[at] < RecallThresholds[i])
            {
                at++;
            }

            precisions[i] = at < recall.Length ? precision[at] : 0;
        }

        return (precisions, recall[^1]);
    }
}
