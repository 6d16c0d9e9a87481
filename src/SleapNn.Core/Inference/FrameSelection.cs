namespace SleapNn;

/// <summary>Which frames of a labels file a prediction runs on.</summary>
public enum FrameSelection
{
    /// <summary>All frames of its videos (of embedded videos, those that are embedded).</summary>
    All,

    /// <summary>Frames with at least one instance placed by a person.</summary>
    Labeled,

    /// <summary>Frames that were suggested for labelling and have no instance placed by a person yet.</summary>
    Suggested,

    /// <summary>Frames with at least one instance placed by a model.</summary>
    Predicted,

    /// <summary>All frames but those with an instance placed by a person.</summary>
    Unlabeled,
}
