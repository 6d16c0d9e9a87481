namespace SleapNn.LabelFiles;

/// <summary>How a labels file is written.</summary>
public sealed record LabelsWriteOptions
{
    /// <summary>Which frames' images the file holds.</summary>
    public EmbedFrames Embed { get; init; } = EmbedFrames.Keep;

    /// <summary>
    /// Reads a frame of a video and returns it as a PNG file in true colours. Called for frames that are not embedded
    /// already, video by video in ascending order.
    /// </summary>
    public Func<SleapVideo, int, byte[]>? EncodeFrame { get; init; }

    /// <summary>Told after each embedded frame: how many are done, and of how many.</summary>
    public IProgress<(int Done, int Total)>? Progress { get; init; }

    /// <summary>Stops the writing; the file that was there before stays.</summary>
    public CancellationToken CancellationToken { get; init; }
}
