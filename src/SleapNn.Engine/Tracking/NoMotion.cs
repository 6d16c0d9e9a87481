using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>Poses stay where they were.</summary>
internal sealed class NoMotion : ITrackMotion
{
    /// <summary>A track's remembered poses as they are.</summary>
    public static IReadOnlyList<TrackCandidate> CandidatesOf(ICandidateStore store, int trackId) =>
        [.. store.PosesOf(trackId).Select(pose => new TrackCandidate(pose.Feature, pose.VisibleCount))];

    /// <inheritdoc/>
    public ImageFrame? Prepare(ImageFrame? image) => null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, IReadOnlyList<TrackCandidate>> Predict(ICandidateStore store, int time, ImageFrame? image) =>
        store.TrackIds.ToDictionary(id => id, id => CandidatesOf(store, id));

    /// <inheritdoc/>
    public void Observe(ICandidateStore store)
    {
    }
}
