namespace SleapNn;

/// <summary>How the overlap of two animals is measured.</summary>
public enum OverlapMethod
{
    /// <summary>Intersection over union of the boxes around the nodes.</summary>
    Iou,

    /// <summary>Object keypoint similarity of the nodes that both have.</summary>
    Oks,
}
