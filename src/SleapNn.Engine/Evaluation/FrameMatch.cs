namespace SleapNn.Evaluation;

/// <summary>What became of the animals of one frame.</summary>
/// <param name="Video">The ground truth's video.</param>
/// <param name="Matches">The matched animals, by falling predicted score.</param>
/// <param name="Detection">How many were found, missed and invented.</param>
/// <param name="Centroids">The same for their centroids.</param>
/// <param name="CentroidDistancesPx">How far matched centroids are apart.</param>
/// <param name="Poses">The matched animals' points, for counting.</param>
internal sealed record FrameMatch(
    SleapVideo Video,
    IReadOnlyList<InstanceMatch> Matches,
    DetectionMetrics Detection,
    DetectionMetrics Centroids,
    IReadOnlyList<double> CentroidDistancesPx,
    IReadOnlyList<(Pose Truth, Pose Predicted)> Poses);
