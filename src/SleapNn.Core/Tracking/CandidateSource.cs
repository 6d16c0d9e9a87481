namespace SleapNn.Tracking;

/// <summary>Which earlier poses a new pose is compared with.</summary>
public enum CandidateSource
{
    /// <summary>All tracked poses of the last frames; a track that is not seen in them is over.</summary>
    FixedWindow,

    /// <summary>The last poses of every track, however long ago; a track never ends.</summary>
    LocalQueues,
}
