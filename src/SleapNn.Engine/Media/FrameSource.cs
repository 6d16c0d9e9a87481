using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SleapNn.Media;

/// <summary>Opens whatever frames can come from.</summary>
public static partial class FrameSource
{
    private static readonly string[] ImageExtensions = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"];
    private static readonly string[] Hdf5Extensions = [".h5", ".hdf5", ".slp"];

    /// <summary>Whether a path has the extension of an image file that can be read.</summary>
    /// <param name="path">The path.</param>
    /// <returns>True for png, jpg, jpeg, tif, tiff and bmp.</returns>
    public static bool IsImagePath(string path) => ImageExtensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>
    /// Opens frames by path: a video; an image; a folder of images; images by wildcard (<c>folder/*.png</c>) or as a numbered
    /// sequence (<c>img_%04d.png</c>), in the order of their names; an HDF5 file with a dataset of rank 4; a
    /// <c>.pkg.slp</c> file with one video's embedded frames.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="channels">1 for grey, 3 for RGB; null: grey where the first frame is grey in all its pixels, as sleap-io decides.</param>
    /// <returns>The frames; the caller disposes them.</returns>
    /// <exception cref="MediaException">There is nothing at the path (MediaNotFound), or it holds no frames that can be read (MediaUnreadable).</exception>
    public static IFrameSource Open(string path, int? channels = null)
    {
        if (Directory.Exists(path))
        {
            var images = ImagesIn(path, "*");
            return images.Count > 0
                ? new ImageFrameSource(path, images, channels)
                : throw new MediaException("MediaUnreadable", $"The folder '{path}' holds no images (png, jpg, jpeg, tif, tiff, bmp).", path);
        }

        if (!File.Exists(path) && IsPattern(path))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var images = Directory.Exists(folder) ? ImagesMatching(folder, Path.GetFileName(path)) : [];
            return images.Count > 0
                ? new ImageFrameSource(path, images, channels)
                : throw new MediaException("MediaNotFound", $"No image matches '{path}'.", path);
        }

        RequireFile(path);
        if (IsImagePath(path))
        {
            return new ImageFrameSource(path, [path], channels);
        }

        return Hdf5Extensions.Contains(Path.GetExtension(path).ToLowerInvariant())
            ? new Hdf5FrameSource(path, dataset: null, channels, isChannelsFirst: false)
            : new VideoFrameSource(path, channels);
    }

    /// <summary>Opens the frames of a video of a labels file.</summary>
    /// <param name="video">The video.</param>
    /// <returns>The frames; the caller disposes them.</returns>
    /// <exception cref="MediaException">The video's file is missing (MediaNotFound), or it holds no frames that can be read (MediaUnreadable).</exception>
    public static IFrameSource Open(SleapVideo video)
    {
        var backend = video.Metadata?["backend"] as JsonObject ?? video.Metadata;
        var channels = video.Channels is 1 or 3 ? video.Channels : ChannelsOf(backend);
        if (video.ImageFileNames.Count > 0)
        {
            if (video.ImageFileNames.FirstOrDefault(f => !File.Exists(f)) is { } missing)
            {
                throw NotFound(missing, video);
            }

            return new ImageFrameSource(video.ToString(), video.ImageFileNames, channels);
        }

        if (!File.Exists(video.FileName) && !Directory.Exists(video.FileName))
        {
            throw NotFound(video.FileName, video);
        }

        if (video.IsEmbedded || video.Dataset is not null)
        {
            var isChannelsFirst = backend?["input_format"] is JsonValue format && format.TryGetValue<string>(out var order) && order == "channels_first";
            return new Hdf5FrameSource(video.FileName, video.Dataset, channels, isChannelsFirst);
        }

        return Open(video.FileName, channels);
    }

    /// <summary>The error for a frame that a source does not have.</summary>
    /// <param name="source">The source.</param>
    /// <param name="frameIndex">The frame that was asked for.</param>
    /// <returns>The error, to be thrown.</returns>
    internal static MediaException NoSuchFrame(IFrameSource source, int frameIndex)
    {
        var indices = source.FrameIndices;
        var isWhole = indices.Count > 0 && indices[0] == 0 && indices[^1] == indices.Count - 1;
        var what = indices.Count == 0 ? "it has no frames"
            : isWhole ? $"it has the frames 0 to {indices.Count - 1}"
            : $"it holds {indices.Count} frames only ({string.Join(", ", indices.Take(5))}{(indices.Count > 5 ? ", ..." : "")})";
        return new MediaException("MediaFrameOutOfRange", $"'{source.Name}' has no frame {frameIndex}: {what}.", source.Name);
    }

    /// <summary>The error for a file that holds no frames that can be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="why">What was wrong with it.</param>
    /// <param name="inner">The error below.</param>
    /// <returns>The error, to be thrown.</returns>
    internal static MediaException Unreadable(string path, string why, Exception? inner = null) =>
        new("MediaUnreadable", $"'{path}' cannot be read: {why}", path, inner);

    private static int? ChannelsOf(JsonObject? backend) =>
        backend?["grayscale"] is JsonValue value && value.TryGetValue<bool>(out var isGrey) ? (isGrey ? 1 : 3) : null;

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new MediaException("MediaNotFound", $"There is no file or folder '{path}'.", path);
        }
    }

    private static MediaException NotFound(string path, SleapVideo video) => new(
        "MediaNotFound",
        $"The labels refer to the video '{path}', and there is no such file. Where it has moved, map the old folder to the new " +
        "one when importing the labels, or use a labels file with embedded frames (.pkg.slp).",
        video);

    private static bool IsPattern(string path) => Path.GetFileName(path) is var name && (name.Contains('*') || name.Contains('?') || NumberField().IsMatch(name));

    private static List<string> ImagesMatching(string folder, string pattern)
    {
        var field = NumberField().Match(pattern);
        if (!field.Success)
        {
            return ImagesIn(folder, pattern);
        }

        // A numbered sequence is in the order of its numbers: 10 after 9 even without leading zeros.
        var expression = new Regex(
            $"^{Regex.Escape(pattern[..field.Index])}([0-9]+){Regex.Escape(pattern[(field.Index + field.Length)..])}$",
            RegexOptions.CultureInvariant);
        return [.. ImagesIn(folder, "*")
            .Select(path => (Path: path, Match: expression.Match(Path.GetFileName(path))))
            .Where(image => image.Match.Success)
            .OrderBy(image => System.Numerics.BigInteger.Parse(image.Match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
            .Select(image => image.Path)];
    }

    private static List<string> ImagesIn(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Where(IsImagePath).Order(StringComparer.Ordinal)];

    [GeneratedRegex("%0?[0-9]*d")]
    private static partial Regex NumberField();
}
