namespace SleapNn.Tracking;

/// <summary>How two poses are compared; larger is more alike.</summary>
public enum TrackingScore
{
    /// <summary>Object keypoint similarity, from 0 to 1: distances in relation to the animal's size. Needs keypoints.</summary>
    Oks,

    /// <summary>The cosine of the angle between the two features, from -1 to 1.</summary>
    Cosine,

    /// <summary>The boxes' intersection over their union, from 0 to 1. Needs boxes.</summary>
    Iou,

    /// <summary>The negative Euclidean distance between the two features.</summary>
    Euclidean,
}
