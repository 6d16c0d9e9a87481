namespace SleapNn.Tracking;

/// <summary>Remembers the last frames, whatever is in them.</summary>
internal sealed class FixedWindowStore(int windowSize) : ICandidateStore
{
    private readonly Queue<IReadOnlyList<TrackedPose>> frames = new();
    private int nextTrackId;

    /// <inheritdoc/>
    public IReadOnlyList<int> TrackIds { get; private set; } = [];

    /// <inheritdoc/>
    public IEnumerable<TrackedPose> PosesOf(int trackId) => frames.SelectMany(frame => frame).Where(pose => pose.TrackId == trackId);

    /// <inheritdoc/>
    public int? NewTrackId() => nextTrackId++;

    /// <inheritdoc/>
    public void Add(IReadOnlyList<TrackedPose> frame)
    {
        if (frames.Count == windowSize)
        {
            frames.Dequeue();
        }

        frames.Enqueue(frame);
        TrackIds = [.. frames.SelectMany(f => f).Select(pose => pose.TrackId!.Value).Distinct().Order()];
    }
}
