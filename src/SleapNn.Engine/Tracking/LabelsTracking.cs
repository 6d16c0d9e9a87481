using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>Tracks whole labels.</summary>
public static class LabelsTracking
{
    private static readonly JsonSerializerOptions ProvenanceJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>
    /// Tracks the poses of all videos of labels, each video by itself: tracks of different videos are different ones, and
    /// limits hold for each. Tracks that the poses had before are forgotten.
    /// </summary>
    /// <param name="labels">The labels; they stay as they are.</param>
    /// <param name="options">How to track.</param>
    /// <param name="progress">Told after every frame.</param>
    /// <param name="cancellationToken">Stops between two frames.</param>
    /// <returns>A copy of the labels, with tracks, that shares videos, skeletons and suggestions with the original.</returns>
    /// <exception cref="SleapException">As <see cref="Tracker"/>; or a video that is needed cannot be read (a <see cref="MediaException"/>).</exception>
    public static TrackingResult Track(
        SleapLabels labels,
        TrackingOptions options,
        IProgress<TrackingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var copy = LabelsCopy.Of(labels);
        copy.Tracks.Clear();
        foreach (var instance in copy.DetachedInstances.Concat(copy.Frames.SelectMany(frame => frame.Instances)))
        {
            instance.Track = null;
            (instance.FromPredicted ?? instance).Track = null;
        }

        var (done, trackCount, untracked, culled) = (0, 0, 0, 0);
        foreach (var video in copy.Frames.GroupBy(frame => frame.Video))
        {
            var tracker = new Tracker(options, trackCount);
            using var source = options.NeedsImages && video.Any(frame => frame.Instances.Count > 0) ? FrameSource.Open(video.Key) : null;
            foreach (var frame in video.OrderBy(frame => frame.FrameIndex))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var image = frame.Instances.Count > 0 ? source?.Read(frame.FrameIndex) : null;
                var kept = tracker.Track(frame.FrameIndex, [.. frame.Instances], image);
                frame.Instances.Clear();
                frame.Instances.AddRange(kept);
                progress?.Report(new TrackingProgress(++done, copy.Frames.Count, trackCount + tracker.TrackCount));
            }

            trackCount += tracker.TrackCount;
            untracked += tracker.UntrackedCount;
            culled += tracker.CulledCount;
            copy.Tracks.AddRange(UsedTracks(video));
        }

        copy.Provenance["tracking_config"] = ToJson(options);
        return new TrackingResult(copy, untracked, culled);
    }

    /// <summary>Options as the provenance holds them.</summary>
    /// <param name="options">The options.</param>
    /// <returns>Their values by name, in snake case; those that are null are left out.</returns>
    internal static JsonObject ToJson(TrackingOptions options) => (JsonObject)JsonSerializer.SerializeToNode(options, ProvenanceJson)!;

    private static IEnumerable<Track> UsedTracks(IEnumerable<LabeledFrame> frames) => frames
        .OrderBy(frame => frame.FrameIndex)
        .SelectMany(frame => frame.Instances)
        .Select(instance => instance.Track)
        .OfType<Track>()
        .Distinct();
}
