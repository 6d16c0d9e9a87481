using SleapNn.Targets;

namespace SleapNn.Inference;

/// <summary>Tells models that work on crops where the animals of labelled frames are.</summary>
internal static class GivenCentroids
{
    /// <summary>
    /// The centroids of the labelled animals of each frame of a video; where a frame has none, those of its predicted ones.
    /// A labelled animal has the score 1, a predicted one its own.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="video">The video.</param>
    /// <param name="anchorPart">The node that is the centroid where it is visible, or null for the middle of the bounding box.</param>
    /// <returns>Gives the centroids of a frame, in pixels; none where the frame has no animals.</returns>
    public static Func<int, IReadOnlyList<PafPeak>> Of(SleapLabels labels, SleapVideo video, string? anchorPart)
    {
        var frames = labels.Frames.Where(frame => frame.Video == video).ToLookup(frame => frame.FrameIndex);
        return index =>
        {
            var instances = frames[index].SelectMany(frame => frame.Instances).ToList();
            var labelled = instances.Where(instance => instance.Kind == InstanceKind.User).ToList();
            return [.. (labelled.Count > 0 ? labelled : instances).Select(instance => Of(instance, anchorPart)).Where(peak => !float.IsNaN(peak.X))];
        };
    }

    private static PafPeak Of(PoseInstance instance, string? anchorPart)
    {
        // As in training: a node that is not visible is nowhere, even if the labels remember a place.
        var points = instance.Points.SelectMany(point => point.Visible ? new[] { (float)point.X, (float)point.Y } : [float.NaN, float.NaN]).ToArray();
        var (x, y) = Centroids.Of(points, anchorPart is null ? -1 : instance.Skeleton.IndexOf(anchorPart));
        return new PafPeak(x, y, instance.Kind == InstanceKind.User ? 1 : (float)instance.Score, 0);
    }
}
