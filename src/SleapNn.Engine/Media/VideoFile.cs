using OpenCvSharp;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>Writes videos.</summary>
public static class VideoFile
{
    /// <summary>
    /// Writes a video, whole or not at all: MPEG-4 Part 2 in <c>.mp4</c>, Motion JPEG in <c>.avi</c>. Frames of odd size are
    /// extended by one row or column at the bottom or right, which the formats need.
    /// </summary>
    /// <param name="path">The file; its extension decides the format.</param>
    /// <param name="framesPerSecond">The frame rate; more than 0.</param>
    /// <param name="frames">The frames, all of one size; at least one. They are taken one at a time.</param>
    /// <param name="cancellationToken">Stops between frames; nothing is left behind then.</param>
    /// <returns>The number of frames written.</returns>
    /// <exception cref="MediaException">
    /// The extension is none of those (MediaVideoFormat), the frames differ in size (MediaFrameShape), or there is none or they
    /// cannot be encoded (MediaUnwritable).
    /// </exception>
    public static int Write(string path, double framesPerSecond, IEnumerable<ImageFrame> frames, CancellationToken cancellationToken = default)
    {
        var codec = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".mp4" => "mp4v",
            ".avi" => "MJPG",
            var other => throw new MediaException("MediaVideoFormat", $"Videos cannot be written as '{other}': '{path}'. Use .mp4 or .avi.", path),
        };
        if (!(framesPerSecond > 0) || !double.IsFinite(framesPerSecond))
        {
            throw new MediaException("MediaUnwritable", $"A video cannot have {framesPerSecond} frames a second: '{path}'.", path);
        }

        NativeLibraries.EnsureOpenCvLoaded();
        var count = 0;
        AtomicFile.WriteThroughPath(path, temporary => count = Encode(temporary, path, codec, framesPerSecond, frames, cancellationToken));
        return count;
    }

    private static int Encode(string temporary, string path, string codec, double framesPerSecond, IEnumerable<ImageFrame> frames, CancellationToken cancellationToken)
    {
        VideoWriter? writer = null;
        (int Height, int Width) size = default;
        var count = 0;
        try
        {
            foreach (var frame in frames)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer ??= Open(temporary, path, codec, framesPerSecond, size = (frame.HeightPx, frame.WidthPx));
                if ((frame.HeightPx, frame.WidthPx) != size)
                {
                    throw new MediaException(
                        "MediaFrameShape",
                        $"Frame {count} of '{path}' is {frame.WidthPx} x {frame.HeightPx} pixels, but the first is {size.Width} x {size.Height}; a video has one size.",
                        path);
                }

                using var bgr = Samples.ToBgr(frame);
                using var even = bgr.CopyMakeBorder(0, size.Height % 2, 0, size.Width % 2, BorderTypes.Replicate);
                writer.Write(even);
                count++;
            }
        }
        finally
        {
            writer?.Dispose();
        }

        return count > 0 ? count : throw new MediaException("MediaUnwritable", $"There are no frames to write to '{path}'.", path);
    }

    private static VideoWriter Open(string temporary, string path, string codec, double framesPerSecond, (int Height, int Width) size)
    {
        var evenSize = new Size(size.Width + (size.Width % 2), size.Height + (size.Height % 2));
        var writer = new VideoWriter(temporary, FourCC.FromString(codec), framesPerSecond, evenSize);
        if (writer.IsOpened())
        {
            return writer;
        }

        writer.Dispose();
        throw new MediaException("MediaUnwritable", $"OpenCV cannot write '{path}' ({codec}, {evenSize.Width} x {evenSize.Height}). Check that the folder is writable and the disk has room.", path);
    }
}
