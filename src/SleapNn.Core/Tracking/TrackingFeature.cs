namespace SleapNn.Tracking;

/// <summary>What of a pose is compared.</summary>
public enum TrackingFeature
{
    /// <summary>The points of all nodes.</summary>
    Keypoints,

    /// <summary>The median of the visible points.</summary>
    Centroids,

    /// <summary>The box around the visible points.</summary>
    Boxes,

    /// <summary>The picture inside the box: a square patch of 32 x 32 grey values, made independent of brightness.</summary>
    Image,
}
