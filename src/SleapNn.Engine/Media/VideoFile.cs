using OpenCvSharp;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>Writes videos.</summary>
public static class VideoFile
{
    /// <summary>Writes a video with the codec that its name asks for, see <see cref="VideoCodec.Auto"/>.</summary>
    /// <inheritdoc cref="Write(string, double, IEnumerable{ImageFrame}, VideoCodec, CancellationToken)"/>
    public static int Write(string path, double framesPerSecond, IEnumerable<ImageFrame> frames, CancellationToken cancellationToken = default) =>
        Write(path, framesPerSecond, frames, VideoCodec.Auto, cancellationToken);

    /// <summary>
    /// Writes a video, whole or not at all. Frames of odd size are extended by one row or column at the bottom or right, which
    /// the formats need.
    /// </summary>
    /// <param name="path">The file; its extension decides the format.</param>
    /// <param name="framesPerSecond">The frame rate; more than 0.</param>
    /// <param name="frames">The frames, all of one size; at least one. They are taken one at a time.</param>
    /// <param name="codec">How they are compressed.</param>
    /// <param name="cancellationToken">Stops between frames; nothing is left behind then.</param>
    /// <returns>The number of frames written.</returns>
    /// <exception cref="MediaException">
    /// The extension or the codec does not fit (MediaVideoFormat), there is no ffmpeg for H.264 (MediaNoFfmpeg), the frames differ
    /// in size (MediaFrameShape), or there is none or they cannot be encoded (MediaUnwritable).
    /// </exception>
    public static int Write(string path, double framesPerSecond, IEnumerable<ImageFrame> frames, VideoCodec codec, CancellationToken cancellationToken = default)
    {
        var resolved = CodecFor(path, codec);
        if (!(framesPerSecond > 0) || !double.IsFinite(framesPerSecond))
        {
            throw new MediaException("MediaUnwritable", $"A video cannot have {framesPerSecond} frames a second: '{path}'.", path);
        }

        NativeLibraries.EnsureOpenCvLoaded();
        var count = 0;
        AtomicFile.WriteThroughPath(path, temporary => count = resolved == VideoCodec.H264
            ? EncodeWithFfmpeg(temporary, path, framesPerSecond, frames, cancellationToken)
            : Encode(temporary, path, resolved == VideoCodec.Mpeg4 ? "mp4v" : "MJPG", framesPerSecond, frames, cancellationToken));
        return count;
    }

    /// <summary>Decides how a video will be compressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="codec">What was asked for.</param>
    /// <returns>The codec, never <see cref="VideoCodec.Auto"/>.</returns>
    /// <exception cref="MediaException">The extension or the codec does not fit (MediaVideoFormat), or there is no ffmpeg for H.264 (MediaNoFfmpeg).</exception>
    public static VideoCodec CodecFor(string path, VideoCodec codec) => (Path.GetExtension(path).ToLowerInvariant(), codec) switch
    {
        (".mp4", VideoCodec.Auto) => Ffmpeg.H264Encoder is null ? VideoCodec.Mpeg4 : VideoCodec.H264,
        (".mp4", VideoCodec.H264) => Ffmpeg.H264Encoder is not null
            ? VideoCodec.H264
            : throw new MediaException("MediaNoFfmpeg", "H.264 needs the program ffmpeg with libx264 or libopenh264 in PATH. Install it, or use the codec Mpeg4.", path),
        (".mp4", VideoCodec.Mpeg4) => VideoCodec.Mpeg4,
        (".avi", VideoCodec.Auto or VideoCodec.MotionJpeg) => VideoCodec.MotionJpeg,
        (".mp4" or ".avi", _) => throw new MediaException("MediaVideoFormat", $"{codec} does not go into '{path}': .mp4 takes H264 or Mpeg4, .avi MotionJpeg.", path),
        var (other, _) => throw new MediaException("MediaVideoFormat", $"Videos cannot be written as '{other}': '{path}'. Use .mp4 or .avi.", path),
    };

    private static int Encode(string temporary, string path, string codec, double framesPerSecond, IEnumerable<ImageFrame> frames, CancellationToken cancellationToken)
    {
        VideoWriter? writer = null;
        try
        {
            return Each(path, frames, (bgr, size) => (writer ??= Open(temporary, path, codec, framesPerSecond, size)).Write(bgr), cancellationToken);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private static int EncodeWithFfmpeg(string temporary, string path, double framesPerSecond, IEnumerable<ImageFrame> frames, CancellationToken cancellationToken)
    {
        FfmpegEncoder? encoder = null;
        byte[]? bytes = null;
        try
        {
            var count = Each(
                path,
                frames,
                (bgr, size) =>
                {
                    encoder ??= Ffmpeg.Start(temporary, framesPerSecond, bgr.Rows, bgr.Cols);
                    bytes ??= new byte[bgr.Rows * bgr.Cols * 3];
                    System.Runtime.InteropServices.Marshal.Copy(bgr.Data, bytes, 0, bytes.Length);
                    encoder.Write(bytes);
                },
                cancellationToken);
            encoder!.Finish();
            return count;
        }
        catch (IOException error)
        {
            throw new MediaException("MediaUnwritable", $"ffmpeg cannot write '{path}': {error.Message}", path, error);
        }
        finally
        {
            encoder?.Dispose();
        }
    }

    private static int Each(string path, IEnumerable<ImageFrame> frames, Action<Mat, (int Height, int Width)> write, CancellationToken cancellationToken)
    {
        (int Height, int Width)? first = null;
        var count = 0;
        foreach (var frame in frames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = first ??= (frame.HeightPx, frame.WidthPx);
            if ((frame.HeightPx, frame.WidthPx) != size)
            {
                throw new MediaException(
                    "MediaFrameShape",
                    $"Frame {count} of '{path}' is {frame.WidthPx} x {frame.HeightPx} pixels, but the first is {size.Width} x {size.Height}; a video has one size.",
                    path);
            }

            using var bgr = Samples.ToBgr(frame);
            using var even = bgr.CopyMakeBorder(0, size.Height % 2, 0, size.Width % 2, BorderTypes.Replicate);
            write(even, size);
            count++;
        }

        return count > 0 ? count : throw new MediaException("MediaUnwritable", $"There are no frames to write to '{path}'.", path);
    }

    private static VideoWriter Open(string temporary, string path, string codec, double framesPerSecond, (int Height, int Width) size)
    {
        var evenSize = new Size(size.Width + (size.Width % 2), size.Height + (size.Height % 2));
        var writer = NativeVideo.OpenToWrite(temporary, FourCC.FromString(codec), framesPerSecond, evenSize);
        if (writer.IsOpened())
        {
            return writer;
        }

        writer.Dispose();
        throw new MediaException("MediaUnwritable", $"OpenCV cannot write '{path}' ({codec}, {evenSize.Width} x {evenSize.Height}). Check that the folder is writable and the disk has room.", path);
    }
}
