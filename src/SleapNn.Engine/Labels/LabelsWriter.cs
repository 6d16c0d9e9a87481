using System.Text;
using System.Text.Json.Nodes;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>Writes one labels file as sleap-io does: the same datasets, types and layouts.</summary>
internal sealed class LabelsWriter(SleapLabels labels, LabelsWriteOptions options, FrameStream? streamed = null)
{
    /// <summary>The newest format that SLEAP itself reads; nothing written here needs a newer one.</summary>
    private const double WrittenFormat = 1.4;

    private static readonly Hdf5Type PointType = Hdf5Type.Compound(
        ("x", Hdf5Type.Float64), ("y", Hdf5Type.Float64), ("visible", Hdf5Type.Boolean), ("complete", Hdf5Type.Boolean));

    private static readonly Hdf5Type PredictedPointType = Hdf5Type.Compound(
        ("x", Hdf5Type.Float64), ("y", Hdf5Type.Float64), ("visible", Hdf5Type.Boolean), ("complete", Hdf5Type.Boolean), ("score", Hdf5Type.Float64));

    private static readonly Hdf5Type InstanceType = Hdf5Type.Compound(
        ("instance_id", Hdf5Type.Int64),
        ("instance_type", Hdf5Type.UInt8),
        ("frame_id", Hdf5Type.UInt64),
        ("skeleton", Hdf5Type.UInt32),
        ("track", Hdf5Type.Int32),
        ("from_predicted", Hdf5Type.Int64),
        ("score", Hdf5Type.Float32),
        ("point_id_start", Hdf5Type.UInt64),
        ("point_id_end", Hdf5Type.UInt64),
        ("tracking_score", Hdf5Type.Float32));

    private static readonly Hdf5Type FrameType = Hdf5Type.Compound(
        ("frame_id", Hdf5Type.UInt64),
        ("video", Hdf5Type.UInt32),
        ("frame_idx", Hdf5Type.UInt64),
        ("instance_id_start", Hdf5Type.UInt64),
        ("instance_id_end", Hdf5Type.UInt64));

    private static readonly Hdf5Type NegativeFrameType = Hdf5Type.Compound(("video_id", Hdf5Type.UInt32), ("frame_idx", Hdf5Type.UInt64));

    private readonly Dictionary<SleapVideo, int> videoNumbers = Numbers(labels.Videos);

    public void Write(Stream stream)
    {
        PreservedContent.RequireWritable(labels);
        var file = new Hdf5File(stream);
        var videos = new VideoWriter(labels, options);
        WriteRows(file.Root, "videos_json", videos.Write(file.Root));
        WriteMetadata(file.Root.Group("metadata"));
        WriteRows(file.Root, "tracks_json", labels.Tracks.Select(track => (JsonNode)new JsonArray(track.SpawnedOn, track.Name)));
        WriteRows(file.Root, "suggestions_json", labels.Suggestions.Select(suggestion => (JsonNode)new JsonObject
        {
            ["video"] = Number(videoNumbers, suggestion.Video, "video of a suggestion").ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["frame_idx"] = suggestion.FrameIndex,
            ["group"] = suggestion.Group,
        }));
        WriteRows(file.Root, "sessions_json", labels.Sessions.Select(session => session!));
        if (streamed is null)
        {
            WriteFrames(file.Root, videos.Ids);
        }
        else
        {
            WriteStreamed(file.Root, videos.Ids, streamed);
        }

        if (labels.Preserved is not null)
        {
            PreservedContent.Write(labels.Preserved, file.Root);
        }

        file.Finish();
    }

    private static Dictionary<T, int> Numbers<T>(IEnumerable<T> items)
        where T : class
    {
        var numbers = new Dictionary<T, int>(ReferenceEqualityComparer.Instance);
        foreach (var item in items)
        {
            numbers.TryAdd(item, numbers.Count);
        }

        return numbers;
    }

    private int Number<T>(Dictionary<T, int> numbers, T item, string what)
        where T : class =>
        numbers.TryGetValue(item, out var number)
            ? number
            : throw new LabelsException("LabelsInconsistent", $"The {what}, '{item}', is not in the labels' own list; add it there.", item);

    private static void WriteRows(Hdf5Group root, string name, IEnumerable<JsonNode> rows)
    {
        var texts = rows.Select(row => Encoding.ASCII.GetBytes(JsonText.Of(row))).ToList();
        if (texts.Count == 0)
        {
            // What h5py makes of an empty list.
            root.Dataset(name, Hdf5Type.Float64, [0], [], Hdf5Layout.Growing(0, 8));
            return;
        }

        var length = texts.Max(text => text.Length);
        var data = new byte[texts.Count * length];
        for (var i = 0; i < texts.Count; i++)
        {
            texts[i].CopyTo(data, i * length);
        }

        root.Dataset(name, Hdf5Type.FixedString(length), [texts.Count], data, Hdf5Layout.Growing(texts.Count, length));
    }

    private void WriteMetadata(Hdf5Group group)
    {
        var (skeletons, nodes) = SkeletonJson.Encode(labels.Skeletons);
        var json = new JsonObject { ["version"] = "2.0.0", ["skeletons"] = skeletons, ["nodes"] = nodes };
        foreach (var name in new[] { "videos", "tracks", "suggestions" })
        {
            json[name] = new JsonArray();
        }

        json["negative_anchors"] = labels.NegativeAnchors.DeepClone();
        json["provenance"] = labels.Provenance.DeepClone();
        foreach (var (name, value) in labels.Metadata)
        {
            json[name] = value?.DeepClone();
        }

        group.Attribute("format_id", Hdf5Attribute.Number(Math.Max(WrittenFormat, labels.Preserved is { Names.Count: > 0 } ? labels.FormatId : 0)));
        try
        {
            group.Attribute("json", Hdf5Attribute.FixedText(JsonText.Of(json)));
        }
        catch (ArgumentException error)
        {
            throw new LabelsException(
                "LabelsMetadataTooLarge",
                "The skeletons and the provenance together are larger than the 64 KiB that the file format allows; shorten the provenance.",
                labels,
                error);
        }
    }

    private void WriteFrames(Hdf5Group root, IReadOnlyList<long> videoIds)
    {
        var (points, predictedPoints, instances, frames, negatives) = (new ByteWriter(), new ByteWriter(), new ByteWriter(), new ByteWriter(), new ByteWriter());
        var listed = labels.Frames.SelectMany((frame, i) => frame.Instances.Select(instance => (Instance: instance, Frame: i))).ToList();
        listed.AddRange(Unlisted(listed));
        var numbers = Numbers(listed.Select(entry => entry.Instance));
        if (numbers.Count != listed.Count)
        {
            throw new LabelsException("LabelsInconsistent", "An instance is in two frames, or twice in one; give each frame its own.", labels);
        }

        var skeletons = Numbers(labels.Skeletons);
        var tracks = Numbers(labels.Tracks);
        var (pointCount, predictedCount) = (0L, 0L);
        foreach (var (instance, frame) in listed)
        {
            var user = instance.Kind == InstanceKind.User;
            var start = user ? pointCount : predictedCount;
            foreach (var point in instance.Points)
            {
                WritePoint(user ? points : predictedPoints, point, scored: !user);
            }

            (pointCount, predictedCount) = user ? (pointCount + instance.Points.Length, predictedCount) : (pointCount, predictedCount + instance.Points.Length);
            WriteInstance(instances, instance, numbers[instance], frame, instance.FromPredicted is null ? -1 : numbers[instance.FromPredicted], start, skeletons, tracks);
        }

        var instanceStart = 0L;
        for (var i = 0; i < labels.Frames.Count; i++)
        {
            var frame = labels.Frames[i];
            var video = videoIds[Number(videoNumbers, frame.Video, "video of a frame")];
            frames.U64((long)i).U32(video).U64((long)frame.FrameIndex).U64(instanceStart).U64(instanceStart += frame.Instances.Count);
            if (frame.IsNegative)
            {
                negatives.U32(video).U64((long)frame.FrameIndex);
            }
        }

        AddTable(root, "points", PointType, points);
        AddTable(root, "pred_points", PredictedPointType, predictedPoints);
        AddTable(root, "instances", InstanceType, instances);
        AddTable(root, "frames", FrameType, frames);
        if (negatives.Length > 0)
        {
            AddTable(root, "negative_frames", NegativeFrameType, negatives);
        }
    }

    // The same tables as above for frames that hold nothing but predicted animals of their own, in the memory of a few frames.
    private void WriteStreamed(Hdf5Group root, IReadOnlyList<long> videoIds, FrameStream stream)
    {
        var (skeletons, tracks) = (Numbers(labels.Skeletons), Numbers(labels.Tracks));
        AddTable(root, "points", PointType, new ByteWriter());
        root.StreamedList("pred_points", PredictedPointType, stream.PointCount, stream.Read().Select(frame =>
        {
            var rows = new ByteWriter();
            foreach (var point in frame.Instances.SelectMany(instance => instance.Points))
            {
                WritePoint(rows, point, scored: true);
            }

            return rows.ToArray();
        }));
        var (number, start) = (0L, 0L);
        root.StreamedList("instances", InstanceType, stream.InstanceCount, stream.Read().Select((frame, i) =>
        {
            var rows = new ByteWriter();
            foreach (var instance in frame.Instances)
            {
                WriteInstance(rows, instance, number++, i, -1, start, skeletons, tracks);
                start += instance.Points.Length;
            }

            return rows.ToArray();
        }));
        var first = 0L;
        root.StreamedList("frames", FrameType, stream.FrameCount, stream.Read().Select((frame, i) =>
        {
            var video = videoIds[Number(videoNumbers, frame.Video, "video of a frame")];
            return new ByteWriter().U64((long)i).U32(video).U64((long)frame.FrameIndex).U64(first).U64(first += frame.Instances.Count).ToArray();
        }));
    }

    private void WriteInstance(
        ByteWriter rows, PoseInstance instance, long number, long frame, long fromPredicted, long firstPoint, Dictionary<Skeleton, int> skeletons, Dictionary<Track, int> tracks) =>
        rows.U64(number).U8((int)instance.Kind).U64(frame)
            .U32(Number(skeletons, instance.Skeleton, "skeleton of an instance"))
            .U32(instance.Track is null ? uint.MaxValue : Number(tracks, instance.Track, "track of an instance"))
            .U64(fromPredicted)
            .U32(BitConverter.SingleToUInt32Bits((float)instance.Score))
            .U64(firstPoint).U64(firstPoint + instance.Points.Length)
            .U32(BitConverter.SingleToUInt32Bits((float)instance.TrackingScore));

    // Instances that are in no frame any more, but that others were made from, follow all others; readers find them by number.
    private IEnumerable<(PoseInstance Instance, int Frame)> Unlisted(List<(PoseInstance Instance, int Frame)> listed)
    {
        var known = listed.Select(entry => entry.Instance).ToHashSet();
        var open = new Queue<(PoseInstance Instance, int Frame)>(listed);
        foreach (var detached in labels.DetachedInstances.Where(known.Add))
        {
            open.Enqueue((detached, 0));
            yield return (detached, 0);
        }

        while (open.TryDequeue(out var entry))
        {
            if (entry.Instance.FromPredicted is { } origin && known.Add(origin))
            {
                open.Enqueue((origin, entry.Frame));
                yield return (origin, entry.Frame);
            }
        }
    }

    private static void WritePoint(ByteWriter points, PosePoint point, bool scored)
    {
        points.U64(BitConverter.DoubleToInt64Bits(point.X)).U64(BitConverter.DoubleToInt64Bits(point.Y)).U8(point.Visible ? 1 : 0).U8(point.Complete ? 1 : 0);
        if (scored)
        {
            points.U64(BitConverter.DoubleToInt64Bits(point.Score));
        }
    }

    private static void AddTable(Hdf5Group root, string name, Hdf5Type type, ByteWriter rows) =>
        root.Dataset(name, type, [rows.Length / type.Size], rows.ToArray());
}
