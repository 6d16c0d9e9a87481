using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Inference;

/// <summary>Gives the frames of several videos tracks as they pass by, each video its own, and notes all tracks in use.</summary>
/// <param name="options">How to track; null leaves the frames as they are.</param>
internal sealed class StreamTracking(TrackingOptions? options)
{
    private readonly Dictionary<Track, int> numbers = new(ReferenceEqualityComparer.Instance);
    private readonly List<Track> tracks = [];
    private Tracker? tracker;
    private SleapVideo? video;
    private int started;
    private int untracked;

    /// <summary>The tracks in use, in the order in which they came up.</summary>
    public IReadOnlyList<Track> Tracks => tracks;

    /// <summary>How many animals were removed because they got no track.</summary>
    public int UntrackedCount => untracked + (tracker?.UntrackedCount ?? 0);

    /// <summary>Whether <see cref="Track"/> needs the picture of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>True if it does.</returns>
    public bool NeedsImage(LabeledFrame frame) => options is { NeedsImages: true } && frame.Instances.Count > 0;

    /// <summary>Tracks the next frame.</summary>
    /// <param name="frame">The frame. Its animals are changed: those that get no track are removed.</param>
    /// <param name="image">Its picture.</param>
    public void Track(LabeledFrame frame, ImageFrame? image)
    {
        if (options is not null)
        {
            if (tracker is null || !ReferenceEquals(video, frame.Video))
            {
                started += tracker?.TrackCount ?? 0;
                untracked += tracker?.UntrackedCount ?? 0;
                (tracker, video) = (new Tracker(options, started), frame.Video);
            }

            var kept = tracker.Track(frame.FrameIndex, [.. frame.Instances], image);
            frame.Instances.Clear();
            frame.Instances.AddRange(kept);
        }

        foreach (var track in frame.Instances.Select(instance => instance.Track).OfType<Track>())
        {
            Number(track);
        }
    }

    /// <summary>The number of a track; a new one gets the next.</summary>
    /// <param name="track">The track, or null.</param>
    /// <returns>The number; -1 for null.</returns>
    public int Number(Track? track)
    {
        if (track is null)
        {
            return -1;
        }

        if (!numbers.TryGetValue(track, out var number))
        {
            numbers[track] = number = tracks.Count;
            tracks.Add(track);
        }

        return number;
    }
}
