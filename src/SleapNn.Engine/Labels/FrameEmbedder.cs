using OpenCvSharp;
using SleapNn.Media;
using SleapNn.Runtime;

namespace SleapNn.LabelFiles;

/// <summary>
/// Reads frames of videos and encodes them as PNG files, for <see cref="LabelsWriteOptions.EncodeFrame"/>. One video is
/// open at a time.
/// </summary>
public sealed class FrameEmbedder : IDisposable
{
    private SleapVideo? current;
    private IFrameSource? frames;

    /// <summary>Reads and encodes a frame.</summary>
    /// <param name="video">The video.</param>
    /// <param name="frameIndex">The frame's position in it.</param>
    /// <returns>A PNG file in true colours; grey frames stay grey.</returns>
    /// <exception cref="MediaException">The video is missing, or has no such frame.</exception>
    public byte[] Encode(SleapVideo video, int frameIndex)
    {
        if (!ReferenceEquals(video, current))
        {
            frames?.Dispose();
            (current, frames) = (null, null);
            NativeLibraries.EnsureOpenCvLoaded();
            frames = Media.FrameSource.Open(video);
            current = video;
        }

        var frame = frames!.Read(frameIndex);
        using var pixels = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, frame.Channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3, frame.Pixels);
        if (frame.Channels == 1)
        {
            return pixels.ImEncode(".png");
        }

        using var bgr = pixels.CvtColor(ColorConversionCodes.RGB2BGR);
        return bgr.ImEncode(".png");
    }

    /// <inheritdoc/>
    public void Dispose() => frames?.Dispose();
}
