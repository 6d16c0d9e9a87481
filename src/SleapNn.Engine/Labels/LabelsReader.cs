using System.Text.Json.Nodes;
using PureHDF;
using static SleapNn.LabelFiles.JsonAccess;

namespace SleapNn.LabelFiles;

/// <summary>
/// Reads one labels file. The layout follows SLEAP's format 1.0 and later and sleap-io's extensions. Everything found
/// wrong is an <see cref="InvalidDataException"/> whose message completes "the file cannot be read: …".
/// </summary>
internal sealed class LabelsReader(Hdf5Source source, VideoPathOptions? videoPaths)
{
    /// <summary>Before this version the corner of the top-left pixel was (0, 0), not its centre.</summary>
    private const double FirstCentredFormat = 1.1;

    private readonly IH5Group root = source.Root;
    private readonly SleapLabels labels = new() { FileName = source.Path };

    public SleapLabels Read()
    {
        ReadHeader();
        foreach (var json in Rows("suggestions_json"))
        {
            var suggestion = AsObject(json, "a suggestion");
            labels.Suggestions.Add(new SuggestedFrame(
                labels.Videos[Index(suggestion["video"], labels.Videos.Count, "the video of a suggestion")],
                Index(suggestion["frame_idx"], int.MaxValue, "the frame of a suggestion"),
                (int)(Integer(suggestion["group"]) ?? 0)));
        }

        labels.Sessions = new JsonArray(Rows("sessions_json").ToArray());
        ReadFrames(ReadInstances());
        labels.Preserved = PreservedContent.Find(source, labels);
        return labels;
    }

    /// <summary>Skeletons, videos and tracks, without the frames.</summary>
    public SleapLabels ReadHeader()
    {
        if (!root.LinkExists("metadata") || !root.LinkExists("frames") || !root.LinkExists("instances"))
        {
            throw new InvalidDataException("it is an HDF5 file, but has no labels in it");
        }

        ReadMetadata();
        foreach (var json in Rows("videos_json"))
        {
            labels.Videos.Add(ReadVideo(AsObject(json, "a video")));
        }

        foreach (var json in Rows("tracks_json"))
        {
            var track = AsArray(json, "a track");
            labels.Tracks.Add(track.Count > 1 && Text(track[1]) is { } name
                ? new Track { Name = name, SpawnedOn = Integer(track[0]) ?? 0 }
                : throw new InvalidDataException("a track has no name"));
        }

        return labels;
    }

    private List<JsonNode> Rows(string name) => Hdf5Values.JsonRows(root, name, source.Length);

    private Hdf5Table Table(string name) => new(root.Dataset(name), name, source.Length);

    private void ReadMetadata()
    {
        var group = root.Group("metadata");
        labels.FormatId = Hdf5Values.Number(group, "format_id") ?? 1.0;
        var text = Hdf5Values.Text(group, "json") ?? throw new InvalidDataException("it has no metadata");
        var metadata = AsObject(Hdf5Values.Json(text, "the metadata"), "the metadata");
        labels.Skeletons.AddRange(SkeletonJson.Decode(metadata));
        labels.Provenance = metadata["provenance"] is JsonObject provenance ? (JsonObject)provenance.DeepClone() : [];
        labels.NegativeAnchors = metadata["negative_anchors"] is JsonObject anchors ? (JsonObject)anchors.DeepClone() : [];
        labels.Metadata = Without(metadata, "skeletons", "nodes", "provenance", "negative_anchors");
    }

    private SleapVideo ReadVideo(JsonObject json)
    {
        var video = VideoJson.Decode(json, source.Path, videoPaths);
        if (!video.IsEmbedded)
        {
            return video;
        }

        var dataset = video.Dataset ?? throw new InvalidDataException("an embedded video does not say where its frames are");
        if (!root.LinkExists(dataset))
        {
            throw new InvalidDataException($"it has no '{dataset}', where a video's frames should be");
        }

        var frames = root.Dataset(dataset);
        var group = dataset.LastIndexOf('/') is > 0 and var slash ? dataset[..slash] : "";
        if (root.LinkExists($"{group}/frame_numbers"))
        {
            video.EmbeddedFrameIndices.AddRange(Hdf5Values.Integers(root.Dataset($"{group}/frame_numbers"), "frame_numbers", source.Length)
                .Select(frame => frame is >= 0 and <= int.MaxValue ? (int)frame : throw new InvalidDataException($"'{group}/frame_numbers' has {frame}")));
        }

        int? Size(string name) => Hdf5Values.Number(frames, name) is { } value && value is >= 0 and <= int.MaxValue ? (int)value : null;
        video.HeightPx = Size("height") ?? video.HeightPx;
        video.WidthPx = Size("width") ?? video.WidthPx;
        video.Channels = Size("channels") ?? video.Channels;
        video.FrameCount ??= Size("frames") ?? (video.EmbeddedFrameIndices.Count > 0 ? video.EmbeddedFrameIndices.Count : null);
        foreach (var name in new[] { $"{group}/source_video", $"{group}/original_video" })
        {
            if (video.SourceVideo is null && root.LinkExists(name) && Hdf5Values.Text(root.Group(name), "json") is { } text)
            {
                video.SourceVideo = VideoJson.Decode(AsObject(Hdf5Values.Json(text, $"'{name}'"), $"'{name}'"), source.Path, videoPaths);
            }
        }

        return video;
    }

    private PoseInstance[] ReadInstances()
    {
        var table = Table("instances");
        var user = ReadPoints("points", scored: false);
        var predicted = ReadPoints("pred_points", scored: true);
        var (ids, types, skeletons) = (table["instance_id"], table["instance_type"], table["skeleton"]);
        var (tracks, origins, scores) = (table["track"], table["from_predicted"], table["score"]);
        var (starts, ends, trackingScores) = (table["point_id_start"], table["point_id_end"], table.Find("tracking_score"));
        var instances = new PoseInstance[table.Count];
        var byId = new Dictionary<long, PoseInstance>();
        for (var i = 0; i < instances.Length; i++)
        {
            var kind = types.Integer(i) switch
            {
                0 => InstanceKind.User,
                1 => InstanceKind.Predicted,
                var other => throw new InvalidDataException($"instance {i} is of the unknown type {other}"),
            };
            var skeleton = labels.Skeletons[Bounded(skeletons.Integer(i), labels.Skeletons.Count, $"the skeleton of instance {i}")];
            var points = kind == InstanceKind.User ? user : predicted;
            var (start, end) = Range(starts.Integer(i), ends.Integer(i), points.Length, $"the points of instance {i}");
            if (end - start != skeleton.Nodes.Count)
            {
                throw new InvalidDataException($"instance {i} has {end - start} points, but its skeleton {skeleton.Nodes.Count} nodes");
            }

            var track = tracks.Integer(i);
            instances[i] = new PoseInstance(skeleton, points[start..end], kind)
            {
                Track = track < 0 ? null : labels.Tracks[Bounded(track, labels.Tracks.Count, $"the track of instance {i}")],
                Score = scores.Number(i),
                TrackingScore = trackingScores?.Number(i) ?? 0,
            };
            byId[ids.Integer(i)] = instances[i];
        }

        for (var i = 0; i < instances.Length; i++)
        {
            // SLEAP leaves the number behind when the predicted instance is deleted; it then names nothing.
            instances[i].FromPredicted = origins.Integer(i) is >= 0 and var origin && byId.TryGetValue(origin, out var predictedOne) && predictedOne != instances[i]
                ? predictedOne
                : null;
        }

        return instances;
    }

    private PosePoint[] ReadPoints(string name, bool scored)
    {
        if (!root.LinkExists(name))
        {
            return [];
        }

        var table = Table(name);
        var (x, y, visible, complete) = (table["x"], table["y"], table["visible"], table["complete"]);
        var score = scored ? table["score"] : null;
        var shift = labels.FormatId < FirstCentredFormat ? 0.5 : 0;
        var points = new PosePoint[table.Count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new PosePoint(x.Number(i) - shift, y.Number(i) - shift, visible.Integer(i) != 0, complete.Integer(i) != 0, score?.Number(i) ?? 0);
        }

        return points;
    }

    private void ReadFrames(PoseInstance[] instances)
    {
        var table = Table("frames");
        var (videos, indices, starts, ends) = (table["video"], table["frame_idx"], table["instance_id_start"], table["instance_id_end"]);
        var byVideoId = VideoIds.Of(labels.Videos).Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => labels.Videos[pair.i]);
        SleapVideo VideoOf(long id, string where) => byVideoId.TryGetValue(id, out var video) ? video
            : throw new InvalidDataException($"{where} is in video {id}, which the file does not have");

        var listed = new bool[instances.Length];
        for (var i = 0; i < table.Count; i++)
        {
            var (start, end) = Range(starts.Integer(i), ends.Integer(i), instances.Length, $"the instances of frame {i}");
            for (var k = start; k < end; k++)
            {
                listed[k] = !listed[k] ? true : throw new InvalidDataException($"instance {k} is in two frames");
            }

            labels.Frames.Add(new LabeledFrame(
                VideoOf(videos.Integer(i), $"frame {i}"),
                Bounded(indices.Integer(i), int.MaxValue, $"the index of frame {i}"),
                instances[start..end]));
        }

        var origins = instances.Select(instance => instance.FromPredicted).OfType<PoseInstance>().ToHashSet();
        labels.DetachedInstances.AddRange(instances.Where((instance, i) => !listed[i] && !origins.Contains(instance)));
        if (root.LinkExists("negative_frames"))
        {
            ReadNegativeFrames(VideoOf);
        }
    }

    private void ReadNegativeFrames(Func<long, string, SleapVideo> videoOf)
    {
        var table = Table("negative_frames");
        var (videos, indices) = (table["video_id"], table["frame_idx"]);
        var frames = labels.Frames.GroupBy(frame => (frame.Video, frame.FrameIndex)).ToDictionary(group => group.Key, group => group.First());
        for (var i = 0; i < table.Count; i++)
        {
            var key = (videoOf(videos.Integer(i), $"negative frame {i}"), Bounded(indices.Integer(i), int.MaxValue, $"negative frame {i}"));
            if (!frames.TryGetValue(key, out var frame))
            {
                labels.Frames.Add(frames[key] = frame = new LabeledFrame(key.Item1, key.Item2));
            }

            frame.IsNegative = true;
        }
    }

    private static int Bounded(long value, int count, string where) => value >= 0 && value < count
        ? (int)value
        : throw new InvalidDataException($"{where} is {value}, which is not between 0 and {count - 1}");

    private static (int Start, int End) Range(long start, long end, int count, string where) => start >= 0 && start <= end && end <= count
        ? ((int)start, (int)end)
        : throw new InvalidDataException($"{where} are {start} to {end} of {count}");
}
