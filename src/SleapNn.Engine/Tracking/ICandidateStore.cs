namespace SleapNn.Tracking;

/// <summary>The poses that are remembered, by track.</summary>
internal interface ICandidateStore
{
    /// <summary>The tracks that can go on, in ascending order.</summary>
    IReadOnlyList<int> TrackIds { get; }

    /// <summary>The remembered poses of a track, oldest first.</summary>
    IEnumerable<TrackedPose> PosesOf(int trackId);

    /// <summary>Starts a track.</summary>
    /// <returns>Its number, or null where there are as many as there may be.</returns>
    int? NewTrackId();

    /// <summary>Remembers the poses of a frame; each has a track, and no two have the same.</summary>
    void Add(IReadOnlyList<TrackedPose> frame);
}
