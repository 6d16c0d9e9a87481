using System.Text;
using System.Text.Json.Nodes;
using PureHDF;
using SleapNn.Hdf5;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

/// <summary>Files of other versions and writers, made here byte by byte.</summary>
public sealed class LabelsFormatTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 7, 0, 0, 0, 5, 8, 2, 0, 0, 0];

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-format-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1.0, 9.5)]
    [InlineData(1.1, 10)]
    [InlineData(1.2, 10)]
    public void Before_format_1_1_coordinates_were_half_a_pixel_off(double format, double expected)
    {
        var path = Write("old.slp", file => OneInstance(file, format, trackingScore: format >= 1.2, ("x", Hdf5Type.Float64), ("y", Hdf5Type.Float64)));

        var labels = LabelsFile.Load(path);

        Assert.Equal(expected, labels.Frames[0].Instances[0].Points[0].X);
        Assert.Equal(format >= 1.2 ? 0.25 : 0, labels.Frames[0].Instances[0].TrackingScore);
    }

    [Fact]
    public void Members_are_found_by_name_whatever_their_order()
    {
        var path = Write("swapped.slp", file => OneInstance(file, 1.2, trackingScore: true, ("y", Hdf5Type.Float64), ("x", Hdf5Type.Float64)));

        var point = LabelsFile.Load(path).Frames[0].Instances[0].Points[0];

        Assert.Equal((20.0, 10.0), (point.X, point.Y));
    }

    [Fact]
    public void Link_types_are_numbered_by_first_appearance()
    {
        // A symmetry that comes first is number 1, and edges then number 2.
        var skeleton = SkeletonJson.Decode(JsonNode.Parse("""
            {"nodes": [{"name": "L", "weight": 1.0}, {"name": "R", "weight": 1.0}, {"name": "T", "weight": 2.0}],
             "skeletons": [{"nx_graph": {"graph": {"name": "fly", "num_edges_inserted": 2}, "directed": true, "multigraph": true,
               "links": [
                 {"key": 0, "source": 0, "target": 1, "type": {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [2]}]}},
                 {"key": 0, "source": 1, "target": 0, "type": {"py/id": 1}},
                 {"edge_insert_idx": 1, "key": 0, "source": 2, "target": 0, "type": {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [1]}]}},
                 {"edge_insert_idx": 0, "key": 0, "source": 2, "target": 1, "type": {"py/id": 2}}],
               "nodes": [{"id": 2}, {"id": 0}, {"id": 1}]}, "description": "a fly"}]}
            """)!.AsObject())[0];

        Assert.Equal(["T", "L", "R"], skeleton.Nodes);
        Assert.Equal([new SkeletonEdge(0, 2), new SkeletonEdge(0, 1)], skeleton.Edges);
        Assert.Equal([new SkeletonEdge(1, 2)], skeleton.Symmetries);
        var (again, nodes) = SkeletonJson.Encode([skeleton]);
        Assert.Equal("a fly", (string?)again[0]!["description"]);
        Assert.Equal(2.0, (double)nodes[0]!["weight"]!);
        Assert.Equal(skeleton.Edges, SkeletonJson.Decode(new JsonObject { ["nodes"] = nodes, ["skeletons"] = again })[0].Edges);
    }

    [Fact]
    public void What_is_not_understood_is_kept_while_frames_stay()
    {
        var path = Write("masks.slp", file =>
        {
            OneInstance(file, 1.9, trackingScore: true, ("x", Hdf5Type.Float64), ("y", Hdf5Type.Float64));
            file.Root.Dataset("masks", Hdf5Type.Compound(("video", Hdf5Type.Int32), ("score", Hdf5Type.Float32)), [1], new byte[8], attributesOfIt: [("version", Hdf5Attribute.Integer(3))]);
            file.Root.Dataset("mask_rle", Hdf5Type.UInt8, [4, 5], Enumerable.Range(0, 20).Select(i => (byte)i).ToArray(), new Hdf5Layout(Chunks: [3, 2], Deflate: 4));
            file.Root.Group("bboxes").Dataset("x1", Hdf5Type.Float64, [2], new byte[16]);
            file.Root.VariableDataset("notes", Hdf5Type.VariableString, [2], ["ä"u8.ToArray(), []]);
        });
        var labels = LabelsFile.Load(path);
        var again = Path.Combine(folder, "again.slp");

        LabelsFile.Save(labels, again);

        Assert.Equal(["bboxes", "mask_rle", "masks", "notes"], labels.PreservedContent.Order());
        Assert.Equal(labels.PreservedContent, LabelsFile.Load(again).PreservedContent);
        using (var source = H5File.OpenRead(again))
        {
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (byte)i), source.Dataset("mask_rle").Read<byte[]>());
            Assert.Equal(3, source.Dataset("masks").Attribute("version").Read<long>());
            Assert.Equal(["ä", ""], source.Dataset("notes").Read<string[]>().Select(text => text ?? ""));
            Assert.Equal(1.9, source.Group("metadata").Attribute("format_id").Read<double>());
        }

        labels.Frames.RemoveAt(0);
        Assert.Equal("LabelsPositionalContent", Assert.Throws<LabelsException>(() => LabelsFile.Save(labels, again)).ErrorId);
        Assert.Equal("LabelsPositionalContent", Assert.Throws<LabelsException>(() => LabelsMerge.Merge([labels])).ErrorId);
        labels.ClearPositionalContent();
        LabelsFile.Save(labels, again);
        Assert.Empty(LabelsFile.Load(again).PreservedContent);
    }

    [Fact]
    public void A_column_that_is_not_understood_refuses_to_be_lost()
    {
        var path = Write("column.slp", file => OneInstance(file, 1.2, trackingScore: true, ("x", Hdf5Type.Float64), ("y", Hdf5Type.Float64), ("depth", Hdf5Type.Float64)));

        var error = Assert.Throws<LabelsException>(() => LabelsFile.Save(LabelsFile.Load(path), Path.Combine(folder, "again.slp")));

        Assert.Equal("LabelsUnsupportedContent", error.ErrorId);
        Assert.Contains("'depth'", error.Message);
    }

    [Fact]
    public void Frames_are_embedded_kept_and_given_back()
    {
        var labels = LabelsSamples.Rich();
        labels.ClearPositionalContent();
        var user = labels.Frames.Where(frame => frame.UserInstances.Any()).ToList();
        Assert.NotEmpty(user);
        var first = Path.Combine(folder, "first.pkg.slp");
        var second = Path.Combine(folder, "second.pkg.slp");
        var third = Path.Combine(folder, "third.slp");
        var asked = new List<(SleapVideo, int)>();
        var reports = new List<(int Done, int Total)>();

        LabelsFile.Save(labels, first, new LabelsWriteOptions
        {
            Embed = EmbedFrames.User,
            EncodeFrame = (video, frame) =>
            {
                asked.Add((video, frame));
                return [.. Png, (byte)frame];
            },
            Progress = new Reports(reports),
        });
        LabelsFile.Save(LabelsFile.Load(first), second);
        LabelsFile.Save(LabelsFile.Load(second), third, new LabelsWriteOptions { Embed = EmbedFrames.None });

        Assert.Equal(user.Select(frame => (frame.Video, frame.FrameIndex)).ToHashSet(), asked.ToHashSet());
        Assert.Equal((asked.Count, asked.Count), reports[^1]);
        var embedded = LabelsFile.Load(second);
        LabelsComparison.AssertEqual(labels, embedded, sameVideos: false);
        Assert.All(embedded.Videos, video => Assert.True(video.IsEmbedded));
        foreach (var (video, i) in embedded.Videos.Select((video, i) => (video, i)).Where(pair => pair.video.EmbeddedFrameIndices.Count > 0))
        {
            using var images = new EmbeddedImages(video);
            Assert.Equal(("png", "RGB"), (images.Format, images.ChannelOrder));
            Assert.All(video.EmbeddedFrameIndices, frame => Assert.Equal([.. Png, (byte)frame], images.Read(frame)));
        }

        Assert.Equal(labels.Videos.Select(video => video.FileName), LabelsFile.Load(third).Videos.Select(video => video.FileName));
    }

    [Fact]
    public void A_save_that_fails_leaves_the_file_that_was_there()
    {
        var path = Path.Combine(folder, "kept.pkg.slp");
        File.WriteAllText(path, "before");

        Assert.Throws<MediaException>(() => LabelsFile.Save(LabelsSamples.Rich(), path, new LabelsWriteOptions
        {
            Embed = EmbedFrames.All,
            EncodeFrame = (video, _) => throw new MediaException("MediaNotFound", "gone", video),
        }));

        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void An_instance_outside_the_lists_is_refused()
    {
        var labels = LabelsSamples.Rich();
        labels.Frames.Add(new LabeledFrame(new SleapVideo { FileName = "other.mp4" }, 0));

        Assert.Equal("LabelsInconsistent", Assert.Throws<LabelsException>(() => LabelsFile.Save(labels, Path.Combine(folder, "x.slp"))).ErrorId);
    }

    [Fact]
    public void Metadata_too_large_for_the_format_are_refused()
    {
        var labels = LabelsSamples.Rich();
        labels.Provenance["long"] = new string('x', 70_000);

        Assert.Equal("LabelsMetadataTooLarge", Assert.Throws<LabelsException>(() => LabelsFile.Save(labels, Path.Combine(folder, "x.slp"))).ErrorId);
    }

    private string Write(string name, Action<Hdf5File> fill)
    {
        var path = Path.Combine(folder, name);
        AtomicFile.Write(path, stream =>
        {
            var file = new Hdf5File(stream);
            fill(file);
            file.Finish();
        });
        return path;
    }

    // One user instance of one node, whose coordinates are 10, 20, … in the order of the columns.
    private static void OneInstance(Hdf5File file, double format, bool trackingScore, params (string Name, Hdf5Type Type)[] coordinates)
    {
        var metadata = file.Root.Group("metadata");
        metadata.Attribute("format_id", Hdf5Attribute.Number(format));
        metadata.Attribute("json", Hdf5Attribute.Text("""{"nodes": [{"name": "A"}], "skeletons": [{"links": [], "nodes": [{"id": 0}]}]}"""));
        var video = Encoding.UTF8.GetBytes("""{"backend": {"filename": "C:\\videos\\ü.mp4"}}""");
        file.Root.VariableDataset("videos_json", Hdf5Type.VariableString, [1], [video], Hdf5Layout.Growing(1, 16));
        file.Root.Dataset("tracks_json", Hdf5Type.Float64, [0], []);
        var point = new ByteWriter();
        for (var i = 0; i < coordinates.Length; i++)
        {
            point.U64(BitConverter.DoubleToInt64Bits((i + 1) * 10));
        }

        file.Root.Dataset("points", Hdf5Type.Compound([.. coordinates, ("visible", Hdf5Type.Boolean), ("complete", Hdf5Type.Boolean)]), [1], point.U8(1).U8(0).ToArray());
        var columns = new List<(string Name, Hdf5Type Type)>
        {
            ("instance_id", Hdf5Type.Int64), ("instance_type", Hdf5Type.UInt8), ("frame_id", Hdf5Type.UInt64), ("skeleton", Hdf5Type.UInt32), ("track", Hdf5Type.Int32),
            ("from_predicted", Hdf5Type.Int64), ("score", Hdf5Type.Float32), ("point_id_start", Hdf5Type.UInt64), ("point_id_end", Hdf5Type.UInt64),
        };
        var instance = new ByteWriter().U64(0L).U8(0).U64(0L).U32(0).U32(uint.MaxValue).U64(-1L).U32(0).U64(0L).U64(1L);
        if (trackingScore)
        {
            columns.Add(("tracking_score", Hdf5Type.Float32));
            instance.U32(BitConverter.SingleToUInt32Bits(0.25f));
        }

        file.Root.Dataset("instances", Hdf5Type.Compound([.. columns]), [1], instance.ToArray());
        file.Root.Dataset(
            "frames",
            Hdf5Type.Compound(("frame_id", Hdf5Type.UInt64), ("video", Hdf5Type.UInt32), ("frame_idx", Hdf5Type.UInt64), ("instance_id_start", Hdf5Type.UInt64), ("instance_id_end", Hdf5Type.UInt64)),
            [1],
            new ByteWriter().U64(0L).U32(0).U64(3L).U64(0L).U64(1L).ToArray());
    }

    private sealed class Reports(List<(int Done, int Total)> list) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => list.Add(value);
    }
}
