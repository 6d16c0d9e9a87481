using SleapNn.Tracking;

namespace SleapNn.Tests.Module;

public sealed class InvokeSleapTrackingTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    [Fact]
    public void Labels_from_the_pipeline_get_tracks_in_a_copy()
    {
        var labels = TwoAnimals(frames: 6);

        var tracked = module.RunSingle<SleapLabels>("$labels | Invoke-SleapTracking", new { labels });

        Assert.Equal(["track_0", "track_1"], tracked.Tracks.Select(t => t.Name));
        Assert.All(tracked.Frames, frame => Assert.Equal(2, frame.Instances.Select(i => i.Track).Distinct().Count()));
        Assert.All(labels.Frames, frame => Assert.All(frame.Instances, i => Assert.Null(i.Track)));
    }

    [Fact]
    public void Every_option_has_a_parameter()
    {
        var parameters = module.Run("(Get-Command Invoke-SleapTracking).Parameters.Keys").Cast<string>();

        Assert.Empty(typeof(TrackingOptions).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Except(parameters));
    }

    [Fact]
    public void Options_reach_the_tracker()
    {
        var tracked = module.RunSingle<SleapLabels>(
            "$labels | Invoke-SleapTracking -MaxTracks 2 -Feature Boxes -Motion Kalman -KalmanNodes head -TargetInstanceCount 2 -ConnectBreaks -PreCull",
            new { labels = TwoAnimals(frames: 20) });

        var config = tracked.Provenance["tracking_config"]!;
        Assert.Equal(2, (int)config["max_tracks"]!);
        Assert.Equal("boxes", (string)config["feature"]!);
        Assert.Equal("kalman", (string)config["motion"]!);
        Assert.Equal("head", (string)config["kalman_nodes"]![0]!);
        Assert.True((bool)config["connect_breaks"]!);
        Assert.Equal(2, tracked.Tracks.Count);
    }

    [Fact]
    public void Removed_poses_are_a_warning()
    {
        var result = module.Invoke("$labels | Invoke-SleapTracking -MaxTracks 1", new { labels = TwoAnimals(frames: 3) }).Succeeded();
        var kept = module.Invoke("$labels | Invoke-SleapTracking -MaxTracks 1 -KeepUntracked", new { labels = TwoAnimals(frames: 3) }).Succeeded();

        Assert.StartsWith("3 poses", Assert.Single(result.Warnings));
        Assert.Empty(kept.Warnings);
        Assert.Equal(6, ((SleapLabels)kept.Output[0].BaseObject).Frames.Sum(f => f.Instances.Count));
    }

    [Theory]
    [InlineData("-Score Iou", "TrackingOptionConflict")]
    [InlineData("-Motion Kalman", "TrackingOptionConflict")]
    [InlineData("-FlowScale 0", "TrackingOptionRange")]
    public void Options_that_make_no_sense_end_it_before_anything_is_read(string options, string errorId) =>
        Assert.Equal(errorId, module.Invoke($"Invoke-SleapTracking ./nothing.slp {options}").ErrorId);

    [Fact]
    public void A_missing_video_is_named_where_it_is_needed()
    {
        var result = module.Invoke("$labels | Invoke-SleapTracking -Motion OpticalFlow", new { labels = TwoAnimals(frames: 2) });

        Assert.Equal("MediaNotFound", result.ErrorId);
    }

    [Fact]
    public void A_file_is_written_once_and_replaced_only_by_force()
    {
        var folder = Directory.CreateTempSubdirectory("sleapnn");
        try
        {
            var variables = new { labels = TwoAnimals(frames: 4), path = Path.Combine(folder.FullName, "in.slp"), output = Path.Combine(folder.FullName, "out.slp") };
            module.Invoke("$labels | Export-SleapLabels $path", variables).Succeeded();

            Assert.Empty(module.Run("Invoke-SleapTracking $path -OutputPath $output -WhatIf", variables));
            Assert.False(File.Exists(variables.output));

            var tracked = module.RunSingle<SleapLabels>("Invoke-SleapTracking $path -OutputPath $output", variables);
            var read = module.RunSingle<SleapLabels>("Import-SleapLabels $output", variables);
            Assert.Equal(variables.output, tracked.FileName);
            Assert.Equal(["track_0", "track_1"], read.Tracks.Select(t => t.Name));
            Assert.Equal(
                tracked.Frames.SelectMany(f => f.Instances).Select(i => (i.Track!.Name, (float)i.TrackingScore)),
                read.Frames.SelectMany(f => f.Instances).Select(i => (i.Track!.Name, (float)i.TrackingScore)));

            Assert.Equal("OutputExists", module.Invoke("Invoke-SleapTracking $path -OutputPath $output", variables).ErrorId);
            module.Invoke("Get-Item $path | Invoke-SleapTracking -OutputPath $output -Force", variables).Succeeded();
            Assert.Equal("OutputForSeveral", module.Invoke("Invoke-SleapTracking $path, $path -OutputPath $output -Force", variables).ErrorId);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SleapLabels TwoAnimals(int frames)
    {
        var labels = new SleapLabels();
        labels.Skeletons.Add(new Skeleton());
        labels.Skeleton.Nodes.AddRange(["head", "tail"]);
        labels.Videos.Add(new SleapVideo { FileName = "/nowhere/a.mp4" });
        for (var frame = 0; frame < frames; frame++)
        {
            labels.Frames.Add(new LabeledFrame(labels.Videos[0], frame, new[] { 0.0, 100 }.Select(y => new PoseInstance(
                labels.Skeleton,
                [new PosePoint(10 + frame, 10 + y), new PosePoint(40 + frame, 30 + y)],
                InstanceKind.Predicted) { Score = 0.9 })));
        }

        return labels;
    }
}
