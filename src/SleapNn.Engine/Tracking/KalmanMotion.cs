using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>
/// Moves the last pose of each track by a part of what a constant-velocity Kalman filter foretells. The first frames are
/// tracked without motion; then each track's filter is fitted, and again after it has lost its animal for long.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="nodes">The nodes that the filters follow.</param>
internal sealed class KalmanMotion(TrackingOptions options, int[] nodes) : ITrackMotion
{
    private readonly Dictionary<int, KalmanTrack> tracks = [];
    private int framesSeen;
    private bool isWarm;

    /// <inheritdoc/>
    public ImageFrame? Prepare(ImageFrame? image) => null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, IReadOnlyList<TrackCandidate>> Predict(ICandidateStore store, int time, ImageFrame? image)
    {
        if (!isWarm && framesSeen >= options.KalmanWarmupFrames)
        {
            isWarm = true;
            foreach (var track in tracks.Values)
            {
                track.Fit();
            }
        }

        if (isWarm)
        {
            foreach (var track in tracks.Values)
            {
                track.ResetIfStale(time);
                track.Correct();
                track.FitAgain();
            }
        }

        return store.TrackIds.ToDictionary(id => id, id => CandidatesOf(store, id, time));
    }

    /// <inheritdoc/>
    public void Observe(ICandidateStore store)
    {
        var live = store.TrackIds.ToHashSet();
        foreach (var over in tracks.Keys.Where(id => !live.Contains(id)).ToList())
        {
            tracks.Remove(over);
        }

        foreach (var id in live)
        {
            if (!tracks.TryGetValue(id, out var track))
            {
                tracks[id] = track = new KalmanTrack(options, nodes);
            }

            track.Observe(store.PosesOf(id).Last());
        }

        framesSeen += framesSeen > 0 || tracks.Count > 0 ? 1 : 0;
    }

    private IReadOnlyList<TrackCandidate> CandidatesOf(ICandidateStore store, int id, int time) =>
        isWarm && tracks.TryGetValue(id, out var track) && track.Foretell(time) is { } pose
            ? [new TrackCandidate(PoseFeatures.Extract(options.Feature, pose, image: null), track.LastVisibleCount)]
            : NoMotion.CandidatesOf(store, id);
}
