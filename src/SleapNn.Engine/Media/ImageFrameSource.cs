using OpenCvSharp;

namespace SleapNn.Media;

/// <summary>Frames that are image files.</summary>
internal sealed class ImageFrameSource : IFrameSource
{
    /// <summary>Opens images; reads the first.</summary>
    /// <param name="name">A name for messages.</param>
    /// <param name="paths">The images, in order; at least one.</param>
    /// <param name="channels">1 or 3; null to decide by the first image.</param>
    public ImageFrameSource(string name, IReadOnlyList<string> paths, int? channels)
    {
        Name = name;
        Paths = [.. paths];
        FrameIndices = [.. Enumerable.Range(0, paths.Count)];
        using var first = Decode(paths[0]);
        (HeightPx, WidthPx) = (first.Rows, first.Cols);
        Channels = channels ?? (Samples.IsGrey(first) ? 1 : 3);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The images, in order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> FrameIndices { get; }

    /// <inheritdoc/>
    public int HeightPx { get; }

    /// <inheritdoc/>
    public int WidthPx { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public ImageFrame Read(int frameIndex)
    {
        if (frameIndex < 0 || frameIndex >= Paths.Count)
        {
            throw FrameSource.NoSuchFrame(this, frameIndex);
        }

        using var picture = Decode(Paths[frameIndex]);
        return Samples.ToFrame(picture, frameIndex, Channels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static Mat Decode(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FrameSource.Unreadable(path, error.Message, error);
        }

        return Samples.Decode(bytes) ?? throw FrameSource.Unreadable(path, "it is no image, or it is damaged.");
    }
}
