namespace SleapNn;

/// <summary>How the handling of a video in a watched folder ended.</summary>
public enum WatchedVideoState
{
    /// <summary>Its results are written.</summary>
    Done,

    /// <summary>It failed and will be tried again.</summary>
    Failed,

    /// <summary>It failed too often and is not tried any more.</summary>
    GivenUp,
}
