using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

/// <summary>Compares labels by everything they hold.</summary>
internal static class LabelsComparison
{
    public static void AssertEqual(SleapLabels expected, SleapLabels actual, bool sameVideos = true)
    {
        Assert.Equal(expected.Skeletons.Select(Describe), actual.Skeletons.Select(Describe));
        Assert.Equal(expected.Tracks.Select(track => (track.Name, track.SpawnedOn)), actual.Tracks.Select(track => (track.Name, track.SpawnedOn)));
        Assert.Equal(JsonText.Of(expected.Provenance), JsonText.Of(actual.Provenance));
        Assert.Equal(JsonText.Of(expected.NegativeAnchors), JsonText.Of(actual.NegativeAnchors));
        Assert.Equal(JsonText.Of(expected.Sessions), JsonText.Of(actual.Sessions));
        Assert.Equal(
            expected.Suggestions.Select(suggestion => (expected.Videos.IndexOf(suggestion.Video), suggestion.FrameIndex, suggestion.Group)),
            actual.Suggestions.Select(suggestion => (actual.Videos.IndexOf(suggestion.Video), suggestion.FrameIndex, suggestion.Group)));
        Assert.Equal(expected.Videos.Count, actual.Videos.Count);
        if (sameVideos)
        {
            Assert.Equal(expected.Videos.Select(Describe), actual.Videos.Select(Describe));
        }

        Assert.Equal(
            expected.Frames.Select(frame => (expected.Videos.IndexOf(frame.Video), frame.FrameIndex, frame.IsNegative, frame.Instances.Count)),
            actual.Frames.Select(frame => (actual.Videos.IndexOf(frame.Video), frame.FrameIndex, frame.IsNegative, frame.Instances.Count)));
        var (left, right) = (All(expected), All(actual));
        Assert.Equal(left.Count, right.Count);
        for (var i = 0; i < left.Count; i++)
        {
            Assert.Equal(Describe(expected, left, left[i]), Describe(actual, right, right[i]));
            Assert.Equal(left[i].Points, right[i].Points);
        }
    }

    private static List<PoseInstance> All(SleapLabels labels)
    {
        var all = labels.Frames.SelectMany(frame => frame.Instances).Concat(labels.DetachedInstances).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].FromPredicted is { } origin && !all.Contains(origin))
            {
                all.Add(origin);
            }
        }

        return all;
    }

    private static object Describe(SleapLabels labels, List<PoseInstance> all, PoseInstance instance) => (
        instance.Kind,
        labels.Skeletons.IndexOf(instance.Skeleton),
        instance.Track is null ? -1 : labels.Tracks.IndexOf(instance.Track),
        (float)instance.Score,
        (float)instance.TrackingScore,
        instance.FromPredicted is null ? -1 : all.IndexOf(instance.FromPredicted));

    private static string Describe(Skeleton skeleton) =>
        $"{skeleton.Name}|{string.Join(",", skeleton.Nodes)}|{string.Join(",", skeleton.Edges)}|{string.Join(",", skeleton.Symmetries)}|{skeleton.Metadata?.ToJsonString()}";

    private static string Describe(SleapVideo video) =>
        $"{video.FileName.Replace('\\', '/')}|{string.Join(",", video.ImageFileNames)}|{video.Dataset}|{video.IsEmbedded}|{string.Join(",", video.EmbeddedFrameIndices)}"
        + $"|{video.FrameCount}|{video.HeightPx}|{video.WidthPx}|{video.Channels}|{(video.SourceVideo is null ? "" : Describe(video.SourceVideo))}";
}
