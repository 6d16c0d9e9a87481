using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>Videos as the <c>videos_json</c> dataset keeps them.</summary>
internal static class VideoJson
{
    /// <summary>The file name that means the labels file itself.</summary>
    public const string SelfReference = ".";

    private const int DeepestSource = 16;

    /// <summary>Reads a video; nothing of it is opened, and it may be missing.</summary>
    public static SleapVideo Decode(JsonObject json, string labelsPath, VideoPathOptions? paths, int depth = 0)
    {
        if (depth > DeepestSource)
        {
            throw new InvalidDataException("a video's source has a source, and so on without end");
        }

        var backend = json["backend"] as JsonObject ?? json;
        var stored = JsonAccess.Text(backend["filename"]) ?? JsonAccess.Text(json["filename"]);
        var images = (backend["filenames"] as JsonArray)?
            .Select(image => JsonAccess.Text(image) ?? throw new InvalidDataException("an image sequence has a name that is not text"))
            .ToList() ?? [];
        stored ??= images.Count > 0 ? images[0] : throw new InvalidDataException("a video has no file name");

        var embedded = stored == SelfReference;
        var video = new SleapVideo
        {
            IsEmbedded = embedded,
            FileName = embedded ? Path.GetFullPath(labelsPath) : VideoPaths.Resolve(stored, labelsPath, paths),
            Dataset = JsonAccess.Text(backend["dataset"]) is { Length: > 0 } dataset ? dataset : null,
            Metadata = json,
        };
        video.ImageFileNames.AddRange(ResolveSequence(images, labelsPath, paths));
        DecodeShape(backend, video);
        if ((json["source_video"] ?? json["original_video"]) is JsonObject source)
        {
            video.SourceVideo = Decode((JsonObject)source.DeepClone(), labelsPath, paths, depth + 1);
        }

        return video;
    }

    /// <summary>Writes a video.</summary>
    /// <param name="video">The video.</param>
    /// <param name="dataset">The dataset in the file being written that holds its frames, or null.</param>
    public static JsonObject Encode(SleapVideo video, string? dataset = null)
    {
        var old = video.Metadata;
        var json = old?["backend"] is JsonObject ? (JsonObject)old.DeepClone() : [];
        var backend = json["backend"] as JsonObject ?? (old is null ? [] : (JsonObject)old.DeepClone());
        json["backend"] = null;
        var fileName = dataset is null ? Slashes(video.FileName) : SelfReference;
        if (old is null || json.ContainsKey("filename"))
        {
            json["filename"] = fileName;
        }

        if (old is null)
        {
            Describe(video, backend, dataset);
        }
        else if (backend["shape"] is not JsonArray && video is { FrameCount: not null, HeightPx: not null, WidthPx: not null, Channels: not null } && backend.ContainsKey("shape"))
        {
            backend["shape"] = Shape(video);
        }

        backend["filename"] = video.ImageFileNames.Count > 0 && dataset is null ? Slashes(video.ImageFileNames[0]) : fileName;
        if (video.ImageFileNames.Count > 0 && dataset is null)
        {
            backend["filenames"] = new JsonArray(video.ImageFileNames.Select(name => (JsonNode?)Slashes(name)).ToArray());
        }

        if ((dataset ?? video.Dataset) is { } inside)
        {
            backend["dataset"] = inside;
        }

        json["backend"] = backend;
        json.Remove("original_video");
        if (video.SourceVideo is not null && (dataset is null || json.ContainsKey("source_video")))
        {
            json["source_video"] = Encode(video.SourceVideo);
        }

        return json;
    }

    private static void Describe(SleapVideo video, JsonObject backend, string? dataset)
    {
        var grey = video.Channels is { } channels ? JsonValue.Create(channels == 1) : null;
        if (video.ImageFileNames.Count > 0 && dataset is null)
        {
            backend["type"] = "ImageVideo";
            backend["shape"] = Shape(video);
            backend["filename"] = "";
            backend["filenames"] = null;
            backend["height_"] = video.HeightPx;
            backend["width_"] = video.WidthPx;
            backend["channels_"] = video.Channels;
            backend["grayscale"] = grey;
        }
        else if ((dataset ?? video.Dataset) is not null)
        {
            backend["type"] = "HDF5Video";
            backend["shape"] = Shape(video);
            backend["filename"] = "";
            backend["dataset"] = "";
            backend["input_format"] = "channels_last";
            backend["convert_range"] = false;
            backend["has_embedded_images"] = dataset is not null || video.IsEmbedded;
            backend["grayscale"] = grey;
        }
        else
        {
            backend["type"] = "MediaVideo";
            backend["shape"] = Shape(video);
            backend["filename"] = "";
            backend["grayscale"] = grey;
            backend["bgr"] = true;
            backend["dataset"] = "";
            backend["input_format"] = "";
        }
    }

    private static JsonArray? Shape(SleapVideo video) =>
        video is { FrameCount: { } frames, HeightPx: { } height, WidthPx: { } width, Channels: { } channels }
            ? new JsonArray(frames, height, width, channels)
            : null;

    private static void DecodeShape(JsonObject backend, SleapVideo video)
    {
        static int? Size(JsonNode? node) => JsonAccess.Integer(node) is { } value && value is >= 0 and <= int.MaxValue ? (int)value : null;

        if (backend["shape"] is JsonArray { Count: 4 } shape)
        {
            (video.FrameCount, video.HeightPx, video.WidthPx, video.Channels) = (Size(shape[0]), Size(shape[1]), Size(shape[2]), Size(shape[3]));
        }
        else
        {
            (video.HeightPx, video.WidthPx, video.Channels) = (Size(backend["height_"]), Size(backend["width_"]), Size(backend["channels_"]));
        }

        if (video.ImageFileNames.Count > 0)
        {
            video.FrameCount ??= video.ImageFileNames.Count;
        }

        if (video.Channels is null && JsonAccess.Truth(backend["grayscale"]) == true)
        {
            video.Channels = 1;
        }
    }

    // The images of a sequence move together: once the first is found, the others are looked for beside it.
    private static List<string> ResolveSequence(List<string> images, string labelsPath, VideoPathOptions? paths)
    {
        if (images.Count == 0)
        {
            return images;
        }

        var first = VideoPaths.Resolve(images[0], labelsPath, paths);
        if (first == images[0])
        {
            return images;
        }

        var folder = Path.GetDirectoryName(first)!;
        return images.Select(image =>
        {
            var beside = Path.Combine(folder, image.Replace('\\', '/').Split('/')[^1]);
            return File.Exists(beside) ? beside : VideoPaths.Resolve(image, labelsPath, paths);
        }).ToList();
    }

    private static string Slashes(string path) => path.Replace('\\', '/');
}
