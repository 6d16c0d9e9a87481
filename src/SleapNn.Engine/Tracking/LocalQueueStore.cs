namespace SleapNn.Tracking;

/// <summary>Remembers the last poses of every track.</summary>
internal sealed class LocalQueueStore(int windowSize, int? maxTracks) : ICandidateStore
{
    private readonly List<Queue<TrackedPose>> queues = [];

    /// <inheritdoc/>
    public IReadOnlyList<int> TrackIds { get; private set; } = [];

    /// <inheritdoc/>
    public IEnumerable<TrackedPose> PosesOf(int trackId) => queues[trackId];

    /// <inheritdoc/>
    public int? NewTrackId()
    {
        if (queues.Count >= maxTracks)
        {
            return null;
        }

        queues.Add(new Queue<TrackedPose>());
        TrackIds = [.. Enumerable.Range(0, queues.Count)];
        return queues.Count - 1;
    }

    /// <inheritdoc/>
    public void Add(IReadOnlyList<TrackedPose> frame)
    {
        foreach (var pose in frame)
        {
            var queue = queues[pose.TrackId!.Value];
            if (queue.Count == windowSize)
            {
                queue.Dequeue();
            }

            queue.Enqueue(pose);
        }
    }
}
