using OpenCvSharp;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>
/// Frames of a video file, decoded by OpenCV as sleap-io does. Reading in order costs one decoded frame each; a short way
/// forward is decoded through, a longer one or one backward is a seek. A seek whose outcome OpenCV does not confirm is
/// replaced by decoding from the start.
/// </summary>
internal sealed class VideoFrameSource : IFrameSource
{
    // About the distance between key frames: decoding that far costs no more than a seek.
    private const int LongestWalk = 24;

    private readonly Mat buffer;
    private VideoCapture capture;
    private int next;

    /// <summary>Opens a video; reads its first frame.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 or 3; null to decide by the first frame.</param>
    public VideoFrameSource(string path, int? channels)
    {
        NativeLibraries.EnsureOpenCvLoaded();
        buffer = new Mat();
        Name = path;
        capture = OpenCapture(path);
        FrameIndices = new IndexRange(Math.Max(0, capture.FrameCount));
        FramesPerSecond = capture.Fps;
        if (FrameIndices.Count == 0 || !capture.Read(buffer) || buffer.Empty())
        {
            Dispose();
            throw FrameSource.Unreadable(path, "it has no frame that can be decoded; it is empty, damaged or in a format that OpenCV does not know.");
        }

        next = 1;
        (HeightPx, WidthPx) = (buffer.Rows, buffer.Cols);
        Channels = channels ?? (Samples.IsGrey(buffer) ? 1 : 3);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> FrameIndices { get; }

    /// <inheritdoc/>
    public int HeightPx { get; }

    /// <inheritdoc/>
    public int WidthPx { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>The frame rate that the file gives; 0 where it gives none.</summary>
    public double FramesPerSecond { get; }

    /// <inheritdoc/>
    public ImageFrame Read(int frameIndex)
    {
        if (frameIndex < 0 || frameIndex >= FrameIndices.Count)
        {
            throw FrameSource.NoSuchFrame(this, frameIndex);
        }

        // The frame read last is still in the buffer.
        if (frameIndex == next - 1 && !buffer.Empty())
        {
            return Samples.ToFrame(buffer, frameIndex, Channels);
        }

        if (!MoveTo(frameIndex) || !capture.Read(buffer) || buffer.Empty())
        {
            buffer.Release();
            Restart();
            throw new MediaException(
                "MediaFrameUndecodable",
                $"Frame {frameIndex} of '{Name}' cannot be decoded, though the file says that it has {FrameIndices.Count} frames; " +
                "it is truncated or damaged. Use frames before it, or encode the video again.",
                Name);
        }

        next = frameIndex + 1;
        return Samples.ToFrame(buffer, frameIndex, Channels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        capture.Dispose();
        buffer.Dispose();
    }

    private bool MoveTo(int frameIndex)
    {
        if (frameIndex >= next && frameIndex - next <= LongestWalk)
        {
            return Walk(frameIndex);
        }

        if (capture.Set(VideoCaptureProperties.PosFrames, frameIndex) && capture.PosFrames == frameIndex)
        {
            next = frameIndex;
            return true;
        }

        Restart();
        return Walk(frameIndex);
    }

    private bool Walk(int frameIndex)
    {
        for (; next < frameIndex; next++)
        {
            if (!capture.Grab())
            {
                return false;
            }
        }

        return true;
    }

    private void Restart()
    {
        capture.Dispose();
        capture = OpenCapture(Name);
        next = 0;
    }

    private static VideoCapture OpenCapture(string path)
    {
        VideoCapture? capture = null;
        try
        {
            capture = NativeVideo.OpenToRead(path, VideoCaptureAPIs.FFMPEG);
            if (!capture.IsOpened())
            {
                capture.Dispose();
                capture = NativeVideo.OpenToRead(path, VideoCaptureAPIs.ANY);
            }
        }
        catch (OpenCVException error)
        {
            capture?.Dispose();
            throw FrameSource.Unreadable(path, $"OpenCV says: {error.Message}", error);
        }

        if (capture.IsOpened())
        {
            return capture;
        }

        capture.Dispose();
        throw FrameSource.Unreadable(path, "it is no video, it is damaged, or it is in a format that OpenCV does not know.");
    }
}
