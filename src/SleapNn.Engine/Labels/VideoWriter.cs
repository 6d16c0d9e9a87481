using System.Buffers.Binary;
using System.Text.Json.Nodes;
using PureHDF;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>Writes the videos of a labels file: their descriptions, and the images that are embedded.</summary>
internal sealed class VideoWriter
{
    private const int DiskFull = 28;

    private readonly SleapLabels labels;
    private readonly LabelsWriteOptions options;
    private readonly List<string?> datasets;
    private int done;
    private int total;

    public VideoWriter(SleapLabels labels, LabelsWriteOptions options)
    {
        this.labels = labels;
        this.options = options;
        var keptNames = labels.Videos.Select(video => video.IsEmbedded ? video.Dataset : null).ToList();
        datasets = options.Embed switch
        {
            EmbedFrames.Keep when HaveOwnNumbers(keptNames) => keptNames,
            EmbedFrames.Keep => labels.Videos.Select((video, i) => video.IsEmbedded ? $"video{i}/video" : null).ToList(),
            EmbedFrames.None => labels.Videos.Select(_ => (string?)null).ToList(),
            _ => labels.Videos.Select((_, i) => (string?)$"video{i}/video").ToList(),
        };
    }

    /// <summary>The number by which frames name each video.</summary>
    public IReadOnlyList<long> Ids => VideoIds.Of(datasets.Select((dataset, i) => dataset ?? Written(labels.Videos[i]).Dataset).ToList());

    /// <summary>Writes the images that are embedded, and returns the videos' descriptions.</summary>
    public List<JsonNode> Write(Hdf5Group root)
    {
        var wanted = Wanted();
        total = wanted.Values.Sum(frames => frames.Count);
        return labels.Videos.Select((video, i) => datasets[i] switch
        {
            null => (JsonNode)VideoJson.Encode(Written(video)),
            var dataset when options.Embed == EmbedFrames.Keep => Keep(video, dataset, root),
            var dataset => Embed(video, dataset, wanted.GetValueOrDefault(video) ?? [], root),
        }).ToList();
    }

    private static bool HaveOwnNumbers(List<string?> names)
    {
        var ids = VideoIds.Of(names);
        return names.Select((name, i) => (name, i)).All(pair => pair.name is null || pair.name == $"video{ids[pair.i]}/video");
    }

    private SleapVideo Written(SleapVideo video) => options.Embed == EmbedFrames.None && video.IsEmbedded && video.SourceVideo is not null ? video.SourceVideo : video;

    private Dictionary<SleapVideo, SortedSet<int>> Wanted()
    {
        var user = options.Embed is EmbedFrames.User or EmbedFrames.UserAndSuggestions;
        var all = options.Embed == EmbedFrames.All;
        var suggested = all || options.Embed is EmbedFrames.Suggestions or EmbedFrames.UserAndSuggestions;
        var wanted = new Dictionary<SleapVideo, SortedSet<int>>();
        void Add(SleapVideo video, int frame)
        {
            if (!wanted.TryGetValue(video, out var frames))
            {
                wanted[video] = frames = [];
            }

            frames.Add(frame);
        }

        foreach (var frame in labels.Frames.Where(frame => all || (user && frame.UserInstances.Any())))
        {
            Add(frame.Video, frame.FrameIndex);
        }

        foreach (var suggestion in suggested ? labels.Suggestions : [])
        {
            Add(suggestion.Video, suggestion.FrameIndex);
        }

        return wanted;
    }

    // The whole group is copied as it is, so that nothing about the images can change.
    private JsonObject Keep(SleapVideo video, string dataset, Hdf5Group root)
    {
        var names = video.Dataset!.Split('/');
        if (names.Length != 2)
        {
            throw new LabelsException("LabelsUnsupportedContent", $"The frames of '{video}' are at '{video.Dataset}', which cannot be kept: only a dataset in a group of its own can.", video);
        }

        var group = root.Group(dataset.Split('/')[0]);
        Guarded(video, () =>
        {
            using var source = Hdf5Source.Open(video.FileName);
            Hdf5Copy.Group(source.Root.Group(names[0]), group, source.Length, name => name == names[1]);
            options.CancellationToken.ThrowIfCancellationRequested();
            var frames = source.Root.Dataset(video.Dataset);
            Hdf5Copy.Dataset(frames, group, "video", source.Length, EmbeddedImages.MissingChannelOrder(source, frames));
        });
        return VideoJson.Encode(video, dataset);
    }

    private JsonObject Embed(SleapVideo video, string dataset, IReadOnlyCollection<int> frames, Hdf5Group root)
    {
        var group = root.Group(dataset.Split('/')[0]);
        var sourceVideo = video.IsEmbedded && video.SourceVideo is not null ? video.SourceVideo : video;
        using var stored = video.IsEmbedded ? Guarded(video, () => new EmbeddedImages(video)) : null;
        var copyable = stored is not null && frames.All(stored.Has);
        var (format, order) = copyable ? (stored!.Format, stored.ChannelOrder) : ("png", "RGB");
        var size = new SleapVideo
        {
            IsEmbedded = true,
            FrameCount = video.FrameCount,
            HeightPx = video.HeightPx,
            WidthPx = video.WidthPx,
            Channels = video.Channels,
        };
        if (frames.Count == 0)
        {
            group.Dataset("video", Hdf5Type.Int8, [0], [], attributesOfIt: Describe(video, format, order));
            group.Dataset("frame_numbers", Hdf5Type.Float64, [0], []);
        }
        else
        {
            var images = frames.Select(frame => copyable ? Guarded(video, () => stored!.Read(frame)) : Encode(video, frame, size)).Select(Report);
            group.VariableDataset("video", Hdf5Type.VariableLength(Hdf5Type.Int8), [frames.Count], images, attributesOfIt: Describe(size, format, order));
            group.Dataset("frame_numbers", Hdf5Type.Int64, [frames.Count], frames.SelectMany(frame => BitConverter.GetBytes((long)frame)).ToArray());
        }

        group.Group("source_video").Attribute("json", Hdf5Attribute.Text(JsonText.Of(VideoJson.Encode(sourceVideo))));
        size.FrameCount = frames.Count;
        return VideoJson.Encode(size, dataset);
    }

    private byte[] Encode(SleapVideo video, int frame, SleapVideo size)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        var image = (options.EncodeFrame ?? throw new ArgumentException("Embedding frames of a video needs EncodeFrame."))(video, frame);

        // A PNG file begins with its signature and the header: width and height (big-endian), depth, colour type.
        if (image.Length < 26 || image[0] != 0x89)
        {
            throw new ArgumentException("EncodeFrame must return a PNG file.");
        }

        size.WidthPx ??= BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(16));
        size.HeightPx ??= BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(20));
        size.Channels ??= image[25] is 0 or 4 ? 1 : 3;
        return image;
    }

    private byte[] Report(byte[] image)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        options.Progress?.Report((++done, total));
        return image;
    }

    // Evaluated after the images were read, when the size is known.
    private static IEnumerable<(string Name, Hdf5Attribute Value)> Describe(SleapVideo video, string format, string? order)
    {
        yield return ("format", Hdf5Attribute.Text(format));
        if (order is not null)
        {
            yield return ("channel_order", Hdf5Attribute.Text(order));
        }

        foreach (var (name, value) in new[] { ("frames", video.FrameCount), ("height", video.HeightPx), ("width", video.WidthPx), ("channels", video.Channels) })
        {
            if (value is { } number)
            {
                yield return (name, Hdf5Attribute.Integer(number));
            }
        }
    }

    private static void Guarded(SleapVideo video, Action work) => Guarded(video, () =>
    {
        work();
        return true;
    });

    private static T Guarded<T>(SleapVideo video, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not (SleapException or OperationCanceledException or IOException { HResult: DiskFull } or NotSupportedException))
        {
            throw new LabelsException("LabelsEmbeddedFrames", $"The embedded frames of '{video.FileName}' ({video.Dataset}) cannot be copied: {error.Message}", video, error);
        }
        catch (NotSupportedException error)
        {
            throw new LabelsException("LabelsUnsupportedContent", $"The embedded frames of '{video.FileName}' cannot be copied without loss: {error.Message}.", video, error);
        }
    }
}
