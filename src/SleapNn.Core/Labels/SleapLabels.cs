using System.Text.Json.Nodes;

namespace SleapNn;

/// <summary>A labels file in memory: videos, skeletons, tracks and the animals in each frame.</summary>
public sealed class SleapLabels
{
    /// <summary>The file it was read from, or null.</summary>
    public string? FileName { get; set; }

    /// <summary>The version of the file format it was read from; what is written has the version that it needs.</summary>
    public double FormatId { get; set; } = 1.4;

    /// <summary>The videos.</summary>
    public List<SleapVideo> Videos { get; } = [];

    /// <summary>The skeletons.</summary>
    public List<Skeleton> Skeletons { get; } = [];

    /// <summary>The tracks (identities).</summary>
    public List<Track> Tracks { get; } = [];

    /// <summary>The labelled frames.</summary>
    public List<LabeledFrame> Frames { get; } = [];

    /// <summary>The frames suggested for labelling.</summary>
    public List<SuggestedFrame> Suggestions { get; } = [];

    /// <summary>The recording sessions (multi-camera data), as they stood in the file.</summary>
    public JsonArray Sessions { get; set; } = [];

    /// <summary>Where the labels came from: free key-value data of the file.</summary>
    public JsonObject Provenance { get; set; } = [];

    /// <summary>Training anchors without an animal, as they stood in the file (an old SLEAP feature).</summary>
    public JsonObject NegativeAnchors { get; set; } = [];

    /// <summary>Keys of the file's metadata that have no place of their own here.</summary>
    public JsonObject Metadata { get; set; } = [];

    /// <summary>
    /// The names of groups and datasets of the file that SleapNn does not interpret (regions, masks, boxes…). They are
    /// kept, and written again as long as the frames and instances they refer to by position stay as they are.
    /// </summary>
    public IReadOnlyList<string> PreservedContent => Preserved?.Names ?? [];

    /// <summary>The content behind <see cref="PreservedContent"/>.</summary>
    internal PreservedLabelsContent? Preserved { get; set; }

    /// <summary>Instances of the file that no frame lists and no other instance was made from.</summary>
    internal List<PoseInstance> DetachedInstances { get; } = [];

    /// <summary>
    /// Forgets what points at frames and instances by their position in the file: <see cref="Sessions"/> and
    /// <see cref="PreservedContent"/>. Needed before frames are added, removed or reordered and written.
    /// </summary>
    public void ClearPositionalContent()
    {
        Sessions = [];
        Preserved = null;
    }

    /// <summary>The first skeleton.</summary>
    /// <exception cref="LabelsException">There is none (LabelsNoSkeleton).</exception>
    public Skeleton Skeleton => Skeletons.Count > 0
        ? Skeletons[0]
        : throw new LabelsException("LabelsNoSkeleton", $"The labels{(FileName is null ? "" : $" in '{FileName}'")} have no skeleton.", FileName);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(FileName is null ? "labels" : Path.GetFileName(FileName))}: {Frames.Count} frames, {Frames.Sum(f => f.Instances.Count)} instances, {Videos.Count} videos";
}
