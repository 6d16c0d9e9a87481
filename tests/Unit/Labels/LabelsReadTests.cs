using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public class LabelsReadTests
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        if (SharedData.Root is null)
        {
            data.Add("");
            return data;
        }

        foreach (var path in Directory.EnumerateFiles(SharedData.PathTo("data"), "*.slp", SearchOption.AllDirectories).Order())
        {
            data.Add(Path.GetRelativePath(SharedData.Root, path));
        }

        return data;
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void Every_sample_reads(string file)
    {
        var labels = LabelsFile.Load(SharedData.PathTo(file));

        Assert.NotEmpty(labels.Frames);
        Assert.Equal(["A", "B"], labels.Skeleton.Nodes.Order());
        Assert.Equal("A", labels.Skeleton.Nodes[labels.Skeleton.Edges[0].Source]);
        Assert.Equal(file.Contains("single_instance") || file.Contains("robot") ? 1 : 2, labels.Frames[0].Instances.Count);
        Assert.Empty(labels.PreservedContent);
        Assert.All(labels.Frames, frame => Assert.All(frame.Instances, instance => Assert.True(instance.VisibleCount > 0)));
    }

    [SharedFact]
    public void A_package_knows_its_embedded_frames_and_their_source()
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));

        var video = Assert.Single(labels.Videos);
        Assert.True(video.IsEmbedded);
        Assert.Equal("video0/video", video.Dataset);
        Assert.Equal([0], video.EmbeddedFrameIndices);
        Assert.Equal((384, 384, 1), (video.HeightPx, video.WidthPx, video.Channels));
        Assert.EndsWith("centered_pair_low_quality.mp4", video.SourceVideo!.FileName);
        Assert.Equal(1.2, labels.FormatId);
    }

    [SharedFact]
    public void A_video_that_moved_is_found_beside_the_labels()
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "small_robot_minimal.slp"));

        Assert.Equal(SharedData.PathTo("data", "datasets", "small_robot.mp4"), Assert.Single(labels.Videos).FileName);
    }

    [SharedFact]
    public void Tracks_are_shared_objects()
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "models", "minimal_instance_multiclass_bottomup", "labels_train_gt_0.slp"));

        Assert.Equal(["0", "1"], labels.Tracks.Select(track => track.Name));
        Assert.Equal(labels.Tracks, labels.Frames[0].Instances.Select(instance => instance.Track!));
    }

    [SharedFact]
    public void Old_and_new_files_of_the_same_labels_have_the_same_points()
    {
        var old = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var rewritten = LabelsFile.Load(SharedData.PathTo("data", "models", "minimal_instance_bottomup", "labels_train_gt_0.slp"));

        Assert.Equal(old.Skeleton.Nodes, rewritten.Skeleton.Nodes);
        Assert.Equal(
            old.Frames[0].Instances.SelectMany(instance => instance.Points).Select(point => (point.X, point.Y)),
            rewritten.Frames[0].Instances.SelectMany(instance => instance.Points).Select(point => (point.X, point.Y)));
    }
}
