using System.Text.Json.Nodes;

namespace SleapNn.Tracking;

/// <summary>Copies labels so far that their frames and instances can be changed.</summary>
internal static class LabelsCopy
{
    /// <summary>Makes new labels with new frames and instances; videos, skeletons, tracks and suggestions are shared.</summary>
    public static SleapLabels Of(SleapLabels labels)
    {
        var copies = new Dictionary<PoseInstance, PoseInstance>(ReferenceEqualityComparer.Instance);
        var frames = new Dictionary<LabeledFrame, LabeledFrame>(ReferenceEqualityComparer.Instance);
        var copy = new SleapLabels
        {
            FileName = labels.FileName,
            FormatId = labels.FormatId,
            Sessions = (JsonArray)labels.Sessions.DeepClone(),
            Provenance = (JsonObject)labels.Provenance.DeepClone(),
            NegativeAnchors = (JsonObject)labels.NegativeAnchors.DeepClone(),
            Metadata = (JsonObject)labels.Metadata.DeepClone(),
        };
        copy.Videos.AddRange(labels.Videos);
        copy.Skeletons.AddRange(labels.Skeletons);
        copy.Tracks.AddRange(labels.Tracks);
        copy.Suggestions.AddRange(labels.Suggestions);
        foreach (var frame in labels.Frames)
        {
            var instances = frame.Instances.Select(instance => Of(instance, copies));
            copy.Frames.Add(frames[frame] = new LabeledFrame(frame.Video, frame.FrameIndex, instances) { IsNegative = frame.IsNegative });
        }

        copy.DetachedInstances.AddRange(labels.DetachedInstances.Select(instance => Of(instance, copies)));
        if (labels.Preserved is { } preserved)
        {
            copy.Preserved = preserved with
            {
                Instances = [.. preserved.Instances.Select(instance => Of(instance, copies))],
                Frames = [.. preserved.Frames.Select(frame => frames.GetValueOrDefault(frame, frame))],
            };
        }

        return copy;
    }

    private static PoseInstance Of(PoseInstance instance, Dictionary<PoseInstance, PoseInstance> copies)
    {
        if (copies.TryGetValue(instance, out var known))
        {
            return known;
        }

        var copy = new PoseInstance(instance.Skeleton, [.. instance.Points], instance.Kind)
        {
            Track = instance.Track,
            Score = instance.Score,
            TrackingScore = instance.TrackingScore,
        };
        copies[instance] = copy;
        copy.FromPredicted = instance.FromPredicted is { } origin ? Of(origin, copies) : null;
        return copy;
    }
}
