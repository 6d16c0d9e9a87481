namespace SleapNn;

/// <summary>Parts of a labels file that are carried along without being understood.</summary>
/// <param name="Names">Their names in the file.</param>
/// <param name="Content">The engine's form of them.</param>
/// <param name="Instances">The instances in the file's order; the content may refer to them by position.</param>
/// <param name="Frames">The frames in the file's order, likewise.</param>
/// <param name="Videos">The videos in the file's order, likewise.</param>
internal sealed record PreservedLabelsContent(
    IReadOnlyList<string> Names,
    object Content,
    IReadOnlyList<PoseInstance> Instances,
    IReadOnlyList<LabeledFrame> Frames,
    IReadOnlyList<SleapVideo> Videos);
