using System.Text.Json.Nodes;

namespace SleapNn;

/// <summary>
/// A video as labels know it: where its frames are and how large they are. It holds no open file; frames are read
/// through the engine's frame sources.
/// </summary>
public sealed class SleapVideo
{
    /// <summary>
    /// The path of the video file, of the first image of a sequence, or of the labels file that embeds the frames.
    /// </summary>
    public string FileName { get; set; } = "";

    /// <summary>The images of a sequence, in order; empty for other kinds of video.</summary>
    public List<string> ImageFileNames { get; } = [];

    /// <summary>The dataset that holds the frames inside an HDF5 or labels file, such as <c>video0/video</c>; else null.</summary>
    public string? Dataset { get; set; }

    /// <summary>Whether the frames are embedded in the labels file itself.</summary>
    public bool IsEmbedded { get; set; }

    /// <summary>For embedded frames, the frame index of each stored image; empty where all frames are stored.</summary>
    public List<int> EmbeddedFrameIndices { get; } = [];

    /// <summary>The video that embedded frames were taken from, or null.</summary>
    public SleapVideo? SourceVideo { get; set; }

    /// <summary>The number of frames, or null where it is not known before the video is opened.</summary>
    public int? FrameCount { get; set; }

    /// <summary>The height of a frame in pixels, or null where not known.</summary>
    public int? HeightPx { get; set; }

    /// <summary>The width of a frame in pixels, or null where not known.</summary>
    public int? WidthPx { get; set; }

    /// <summary>1 for grey, 3 for RGB, or null where not known.</summary>
    public int? Channels { get; set; }

    /// <summary>The video's JSON as it stood in the file, so that what this program does not use survives a round trip.</summary>
    public JsonObject? Metadata { get; set; }

    /// <summary>Whether the file (for a sequence: the first image) is there.</summary>
    public bool FileExists => File.Exists(ImageFileNames.Count > 0 ? ImageFileNames[0] : FileName);

    /// <inheritdoc/>
    public override string ToString() => IsEmbedded ? $"{Path.GetFileName(FileName)}:{Dataset}" : FileName;
}
