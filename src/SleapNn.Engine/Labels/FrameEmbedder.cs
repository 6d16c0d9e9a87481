using SleapNn.Media;

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
            frames = FrameSource.Open(video);
            current = video;
        }

        return Picture.Encode(frames!.Read(frameIndex));
    }

    /// <inheritdoc/>
    public void Dispose() => frames?.Dispose();
}
