namespace SleapNn.Media;

/// <summary>Frames in order or at random: a video, an image folder, embedded frames. Not safe for use by several threads at once.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>A name for messages, usually the path.</summary>
    string Name { get; }

    /// <summary>The indices that can be read, in order. For a plain video 0 .. count - 1; embedded frames may have gaps.</summary>
    IReadOnlyList<int> FrameIndices { get; }

    /// <summary>The height of a frame in pixels.</summary>
    int HeightPx { get; }

    /// <summary>The width of a frame in pixels.</summary>
    int WidthPx { get; }

    /// <summary>1 for grey, 3 for RGB.</summary>
    int Channels { get; }

    /// <summary>Reads one frame, exactly that one.</summary>
    /// <param name="frameIndex">One of <see cref="FrameIndices"/>.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="MediaException">There is no such frame, or it cannot be decoded.</exception>
    ImageFrame Read(int frameIndex);
}
