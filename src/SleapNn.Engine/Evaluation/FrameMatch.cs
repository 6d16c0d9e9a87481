namespace SleapNn.Evaluation;

/// <summary>What became of the animals of one frame.</summary>
/// <param name="Pair">The frame's animals in both files.</param>
/// <param name="Matches">The matched animals, by falling predicted score.</param>
/// <param name="Detection">How many were found, missed and invented.</param>
/// <param name="Centroids">The same for their centroids.</param>
/// <param name="CentroidDistancesPx">How far matched centroids are apart.</param>
/// <param name="Poses">The matched animals' points, for counting.</param>
internal sealed record FrameMatch(
    FramePair Pair,
    IReadOnlyList<InstanceMatch> Matches,
    DetectionMetrics Detection,
    DetectionMetrics Centroids,
    IReadOnlyList<double> CentroidDistancesPx,
    IReadOnlyList<(Pose Truth, Pose Predicted)> Poses)
{
    /// <summary>The frame for the result.</summary>
    public FrameEvaluation ToEvaluation()
    {
        var matched = Matches.SelectMany(match => new[] { match.GroundTruth, match.Prediction }).ToHashSet();
        return new FrameEvaluation(
            Pair.Video,
            Pair.FrameIndex,
            Matches,
            [.. Pair.Truth.Select(pose => pose.Instance).Where(instance => !matched.Contains(instance))],
            [.. Pair.Predicted.Where(pose => !pose.IsEmpty).Select(pose => pose.Instance).Where(instance => !matched.Contains(instance))]);
    }
}
