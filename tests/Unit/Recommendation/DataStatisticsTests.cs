using SleapNn.Configuration;
using SleapNn.Recommendation;

namespace SleapNn.Tests.Recommendation;

public sealed class DataStatisticsTests
{
    [Fact]
    public void Sizes_counts_and_tracks_are_those_of_what_is_trained_on()
    {
        var labels = Labels();
        Add(labels, 0, (0, 0, 20, 10, "Ada"), (100, 0, 110, 40, "Bob"));
        Add(labels, 1, (0, 0, 30, 0, "Ada"));
        labels.Frames[0].Instances.Add(new PoseInstance(labels.Skeleton, [new(0, 0), new(250, 0), new(0, 0)], InstanceKind.Predicted));
        var data = DataStatistics.Of([labels], new DataConfig());

        Assert.Equal((2, 3, 2, 200, 320, 3), (data.FrameCount, data.InstanceCount, data.MaxInstances, data.HeightPx, data.WidthPx, data.Channels));
        Assert.Equal((30, 40, 40), (data.MeanSizePx, data.LargeSizePx, data.MaxSizePx));
        Assert.Equal(["Ada", "Bob"], data.TrackNames);
        Assert.Equal((1, 0), (data.TrackedFraction, data.OverlapFraction));
        Assert.Null(data.Alignment);
        Assert.Equal("body", data.CentralNode);
        Assert.True(data.IsJoined);
        Assert.Equal(3, DataStatistics.Of([labels], new DataConfig { UserInstancesOnly = false }).MaxInstances);
    }

    [Fact]
    public void A_single_label_that_went_wrong_does_not_set_the_size()
    {
        var labels = Labels();
        for (var i = 0; i < 39; i++)
        {
            Add(labels, i, (0, 0, 20, 10, null));
        }

        Add(labels, 39, (0, 0, 300, 10, null));
        var data = DataStatistics.Of([labels], new DataConfig());
        Assert.Equal((20, 300), (data.LargeSizePx, data.MaxSizePx));
        Assert.Equal(0, data.TrackedFraction);
    }

    [Fact]
    public void Overlaps_and_directions_are_found()
    {
        var labels = Labels();
        for (var i = 0; i < 10; i++)
        {
            var (x, y) = (20 * Math.Cos(i * Math.PI / 5), 20 * Math.Sin(i * Math.PI / 5));
            Add(labels, i, (100, 100, 100 + x, 100 + y, null));
        }

        Assert.Equal(0, DataStatistics.Of([labels], new DataConfig()).Alignment!.Value, 1e-9);
        labels.Frames.Clear();
        for (var i = 0; i < 10; i++)
        {
            Add(labels, i, (100, 100, 140, 120, null), (100 + (i < 5 ? 10 : 30), 100, 140 + (i < 5 ? 10 : 30), 120, null));
        }

        var data = DataStatistics.Of([labels], new DataConfig());
        Assert.Equal(1, data.Alignment!.Value, 1e-9);
        Assert.Equal(0.5, data.OverlapFraction);
    }

    [Fact]
    public void Without_labels_or_sizes_there_is_nothing_to_choose_by()
    {
        Assert.Equal("AutoWithoutLabels", Assert.Throws<ConfigException>(() => DataStatistics.Of([Labels()], new DataConfig())).ErrorId);
        var labels = Labels();
        (labels.Videos[0].HeightPx, labels.Videos[0].FileName) = (null, "/nowhere/at-all.mp4");
        Add(labels, 0, (0, 0, 20, 10, null));
        var unreadable = 0;
        Assert.Equal("AutoWithoutVideos", Assert.Throws<ConfigException>(() => DataStatistics.Of([labels], new DataConfig(), (_, _) => unreadable++)).ErrorId);
        Assert.Equal(1, unreadable);
    }

    private static SleapLabels Labels()
    {
        var labels = new SleapLabels();
        var skeleton = new Skeleton { Name = "animal" };
        skeleton.Nodes.AddRange(["head", "body", "tail"]);
        skeleton.Edges.AddRange([new SkeletonEdge(0, 1), new SkeletonEdge(1, 2)]);
        labels.Skeletons.Add(skeleton);
        labels.Videos.Add(new SleapVideo { FileName = "v.mp4", HeightPx = 200, WidthPx = 320, Channels = 3, FrameCount = 100 });
        return labels;
    }

    // Head and tail at the ends, the body between them.
    private static void Add(SleapLabels labels, int index, params (double X1, double Y1, double X2, double Y2, string? Track)[] animals)
    {
        var frame = new LabeledFrame(labels.Videos[0], index);
        foreach (var (x1, y1, x2, y2, name) in animals)
        {
            var track = name is null ? null : labels.Tracks.Find(t => t.Name == name);
            if (name is not null && track is null)
            {
                labels.Tracks.Add(track = new Track { Name = name });
            }

            frame.Instances.Add(new PoseInstance(labels.Skeleton, [new(x1, y1), new((x1 + x2) / 2, (y1 + y2) / 2), new(x2, y2)]) { Track = track });
        }

        labels.Frames.Add(frame);
    }
}
