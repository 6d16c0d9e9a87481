namespace SleapNn;

/// <summary>A labelled animal and the predicted one that belongs to it.</summary>
/// <param name="Video">The ground truth's video.</param>
/// <param name="FrameIndex">The frame's position in the video, from 0.</param>
/// <param name="GroundTruth">The labelled animal.</param>
/// <param name="Prediction">The predicted animal.</param>
/// <param name="Oks">Their object keypoint similarity, from 0 to 1; NaN where animals are matched by centroid.</param>
/// <param name="DistancesPx">The distance of each node in pixels, in the ground truth's order, NaN where one side lacks it; one value, the centroids' distance, where animals are matched by centroid.</param>
public sealed record InstanceMatch(
    SleapVideo Video,
    int FrameIndex,
    PoseInstance GroundTruth,
    PoseInstance Prediction,
    double Oks,
    IReadOnlyList<double> DistancesPx);
