using System.Diagnostics;
using PureHDF;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public sealed class PoseExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void An_analysis_file_has_the_tracks_as_arrays_in_SLEAPs_order()
    {
        var labels = Tracked();
        var path = Path.Combine(folder, "a.analysis.h5");

        Assert.Equal(1, AnalysisFile.Save(labels, 1, path));

        using var file = H5File.OpenRead(path);
        Assert.Equal([2ul, 2ul, 3ul, 5ul], file.Dataset("tracks").Space.Dimensions);
        Assert.Equal([5ul, 2ul], file.Dataset("track_occupancy").Space.Dimensions);
        Assert.Equal([2ul, 3ul, 5ul], file.Dataset("point_scores").Space.Dimensions);
        Assert.Equal([2ul, 5ul], file.Dataset("instance_scores").Space.Dimensions);
        var tracks = file.Dataset("tracks").Read<double[]>();
        double At(int track, int xy, int node, int frame) => tracks[(((((track * 2) + xy) * 3) + node) * 5) + frame];

        // Track "a" in frame 2 was predicted and labelled: the label counts. Track "unused" is gone, so "c" is the second.
        Assert.Equal((110, 111), (At(0, 0, 0, 2), At(0, 1, 0, 2)));
        Assert.Equal((20, 21), (At(1, 0, 0, 4), At(1, 1, 0, 4)));
        Assert.True(double.IsNaN(At(1, 0, 2, 4)), "a point that is not visible has no position");
        Assert.True(double.IsNaN(At(1, 0, 0, 0)));
        Assert.Equal([0, 0, 0, 0, 1, 0, 0, 0, 0, 1], file.Dataset("track_occupancy").Read<byte[]>());
        var scores = file.Dataset("instance_scores").Read<double[]>();
        Assert.True(double.IsNaN(scores[2]), "labelled animals have no score");
        Assert.Equal(0.75, scores[9]);
        Assert.Equal(0.5, file.Dataset("tracking_scores").Read<double[]>()[9]);
        Assert.Equal(0.25, file.Dataset("point_scores").Read<double[]>()[(((1 * 3) + 1) * 5) + 4]);
        Assert.Equal(["a", "c"], file.Dataset("track_names").Read<string[]>());
        Assert.Equal(["head", "Körper", "tail"], file.Dataset("node_names").Read<string[]>());
        Assert.Equal(["Körper", "head", "Körper", "tail"], file.Dataset("edge_names").Read<string[]>());
        Assert.Equal([1, 0, 1, 2], file.Dataset("edge_inds").Read<long[]>());
        Assert.Equal("/nowhere/b.mp4", file.Dataset("video_path").Read<string[]>()[0]);
        Assert.Equal(1, file.Dataset("video_ind").Read<long[]>()[0]);
        Assert.Equal("/somewhere/a.slp", file.Dataset("labels_path").Read<string[]>()[0]);
        Assert.Equal("{\"sleap-nn\":\"0.3\"}", file.Dataset("provenance").Read<string[]>()[0]);
        Assert.Equal("[\"track\", \"xy\", \"node\", \"frame\"]", file.Dataset("tracks").Attribute("dims").Read<string[]>()[0]);
        Assert.Equal("matlab", file.Attribute("preset").Read<string[]>()[0]);
    }

    [Fact]
    public void Rows_can_begin_at_the_first_frame_and_rare_tracks_can_be_left_out()
    {
        var path = Path.Combine(folder, "a.h5");

        AnalysisFile.Save(Tracked(), 1, path, new AnalysisWriteOptions { AllFrames = false, MinOccupancy = 0.6 });
        using (var none = H5File.OpenRead(path))
        {
            Assert.Equal([0ul, 2ul, 3ul, 3ul], none.Dataset("tracks").Space.Dimensions);
        }

        AnalysisFile.Save(Tracked(), 1, path, new AnalysisWriteOptions { AllFrames = false });
        using var file = H5File.OpenRead(path);
        Assert.Equal([1, 0, 0, 0, 0, 1], file.Dataset("track_occupancy").Read<byte[]>());
    }

    [Fact]
    public void Without_tracks_there_is_one_row_and_lost_animals_are_counted()
    {
        var labels = Tracked();
        labels.Tracks.Clear();
        var path = Path.Combine(folder, "a.h5");

        Assert.Equal(1, AnalysisFile.Save(labels, 1, path));
        using (var file = H5File.OpenRead(path))
        {
            Assert.Equal([1ul, 2ul, 3ul, 5ul], file.Dataset("tracks").Space.Dimensions);
            Assert.Equal([0ul], file.Dataset("track_names").Space.Dimensions);
        }

        var note = LabelsExport.Save(labels, path, 1);
        Assert.Contains("1 animals are not in 'a.h5'", note);
        Assert.Contains("Invoke-SleapTracking", note);
    }

    [HdfToolFact]
    public void The_HDF5_tools_read_every_value()
    {
        var path = Path.Combine(folder, "a.h5");
        AnalysisFile.Save(Long(), 0, path);

        Assert.Contains("DATASPACE  SIMPLE { ( 2, 2, 3, 4000 ) / ( 2, 2, 3, 4000 ) }", Dump(path));
        Assert.Contains("(1,1,2,3999): 4002", Dump("-d", "/tracks", "-s", "1,1,2,3999", "-c", "1,1,1,1", path));

        static string Dump(params string[] arguments)
        {
            using var tool = Process.Start(new ProcessStartInfo("h5dump", arguments) { RedirectStandardOutput = true })!;
            var text = tool.StandardOutput.ReadToEnd();
            tool.WaitForExit();
            Assert.Equal(0, tool.ExitCode);
            return text;
        }
    }

    [Fact]
    public void Arrays_of_several_chunks_are_read_as_they_were_written()
    {
        var path = Path.Combine(folder, "a.h5");
        AnalysisFile.Save(Long(), 0, path);

        using var file = H5File.OpenRead(path);
        var tracks = file.Dataset("tracks").Read<double[]>();
        for (var i = 0; i < tracks.Length; i++)
        {
            var (frame, node, xy, track) = (i % 4000, i / 4000 % 3, i / 12000 % 2, i / 24000);
            Assert.Equal(frame + node + (xy * track), tracks[i]);
        }
    }

    [Fact]
    public void Csv_has_a_row_an_animal_and_a_column_a_value_by_name()
    {
        var path = Path.Combine(folder, "a.csv");

        CsvFile.Save(Tracked(), path, 1);

        Assert.Equal(
            [
                "track,frame_idx,instance.score,Körper.score,Körper.x,Körper.y,head.score,head.x,head.y,tail.score,tail.x,tail.y",
                "a,2,,,110.0,111.0,,110.0,111.0,,,",
                "a,2,0.75,0.25,10.0,11.0,0.25,10.0,11.0,0.25,,",
                "c,4,0.75,0.25,20.0,21.0,0.25,20.0,21.0,0.25,,",
                ",4,0.75,0.25,0.1,1.1,0.25,0.1,1.1,0.25,,",
            ],
            File.ReadAllLines(path));
    }

    [Fact]
    public void Csv_of_several_videos_tells_them_apart()
    {
        var labels = Tracked();
        labels.Frames.Add(new LabeledFrame(labels.Videos[0], 0, [Instance(labels.Skeleton, InstanceKind.User, 1, labels.Tracks[0])]));
        labels.Videos[0].FileName = "/a,\"b\".mp4";
        var path = Path.Combine(folder, "a.csv");

        LabelsExport.Save(labels, path);

        var lines = File.ReadAllLines(path);
        Assert.StartsWith("video_path,track,", lines[0]);
        Assert.StartsWith("\"/a,\"\"b\"\".mp4\",a,0,", lines[^1]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void What_cannot_be_written_says_why_and_leaves_nothing()
    {
        var path = Path.Combine(folder, "a.h5");
        var labels = Tracked();
        Assert.Equal("LabelsVideoIndex", Assert.Throws<LabelsException>(() => AnalysisFile.Save(labels, 7, path)).ErrorId);
        Assert.Equal("LabelsNoFrames", Assert.Throws<LabelsException>(() => AnalysisFile.Save(labels, 0, path)).ErrorId);
        Assert.Equal("LabelsNoFrames", Assert.Throws<LabelsException>(() => CsvFile.Save(labels, path, 0)).ErrorId);
        labels.Frames.Add(new LabeledFrame(labels.Videos[0], 0));
        Assert.Contains("-VideoIndex", Assert.Throws<LabelsException>(() => LabelsExport.Save(labels, path)).Message);
        labels.Frames.Add(new LabeledFrame(labels.Videos[1], int.MaxValue - 1));
        Assert.Equal("LabelsTooLarge", Assert.Throws<LabelsException>(() => AnalysisFile.Save(labels, 1, path)).ErrorId);
        labels.Frames[^2].Instances.Add(new PoseInstance(new Skeleton { Name = "fly" }, []));
        Assert.Contains("'fly'", Assert.Throws<LabelsException>(() => AnalysisFile.Save(labels, 0, path)).Message);
        Assert.Equal("LabelsVideoIndex", Assert.Throws<LabelsException>(() => LabelsExport.Save(labels, path + ".slp", 1)).ErrorId);
        Assert.Empty(Directory.GetFiles(folder));
    }

    // Video 1: frame 2 has track "a" predicted and labelled, frame 4 track "c" and an animal without track.
    private static SleapLabels Tracked()
    {
        var labels = new SleapLabels { FileName = "/somewhere/a.slp" };
        labels.Provenance["sleap-nn"] = "0.3";
        labels.Videos.Add(new SleapVideo { FileName = "/nowhere/a.mp4" });
        labels.Videos.Add(new SleapVideo { FileName = "/nowhere/b.mp4" });
        labels.Skeletons.Add(Bodies());
        labels.Tracks.AddRange([new Track { Name = "a" }, new Track { Name = "unused" }, new Track { Name = "c" }]);
        labels.Frames.Add(new LabeledFrame(labels.Videos[1], 2, [
            Instance(labels.Skeleton, InstanceKind.Predicted, 10, labels.Tracks[0]), Instance(labels.Skeleton, InstanceKind.User, 110, labels.Tracks[0])]));
        labels.Frames.Add(new LabeledFrame(labels.Videos[1], 4, [
            Instance(labels.Skeleton, InstanceKind.Predicted, 20, labels.Tracks[2]), Instance(labels.Skeleton, InstanceKind.Predicted, 0.1, null)]));
        return labels;
    }

    private static SleapLabels Long()
    {
        var labels = new SleapLabels();
        labels.Videos.Add(new SleapVideo { FileName = "/nowhere/a.mp4" });
        labels.Skeletons.Add(Bodies());
        labels.Tracks.AddRange([new Track { Name = "a" }, new Track { Name = "b" }]);
        for (var i = 0; i < 4000; i++)
        {
            labels.Frames.Add(new LabeledFrame(labels.Videos[0], i, labels.Tracks.Select((track, t) =>
                new PoseInstance(labels.Skeleton, [.. Enumerable.Range(0, 3).Select(node => new PosePoint(i + node, i + node + t))]) { Track = track })));
        }

        return labels;
    }

    private static Skeleton Bodies()
    {
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(["head", "Körper", "tail"]);
        skeleton.Edges.AddRange([new SkeletonEdge(1, 0), new SkeletonEdge(1, 2)]);
        return skeleton;
    }

    private static PoseInstance Instance(Skeleton skeleton, InstanceKind kind, double at, Track? track) =>
        new(skeleton, [new PosePoint(at, at + 1, Score: 0.25), new PosePoint(at, at + 1, Score: 0.25), PosePoint.Missing with { Score = 0.25 }], kind)
        {
            Track = track,
            Score = 0.75,
            TrackingScore = 0.5,
        };
}
