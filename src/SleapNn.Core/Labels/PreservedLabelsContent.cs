namespace SleapNn;

/// <summary>Parts of a labels file that are carried along without being understood, and what they may point at by position.</summary>
/// <param name="Names">Their names in the file; those of attributes begin with the holder's name and an @.</param>
/// <param name="SourcePath">The file that has them; they are copied from it when the labels are written.</param>
/// <param name="Refusal">Why they cannot be written, or null where they can.</param>
/// <param name="Instances">The instances in the file's order.</param>
/// <param name="Frames">The frames in the file's order.</param>
/// <param name="Videos">The videos in the file's order.</param>
internal sealed record PreservedLabelsContent(
    IReadOnlyList<string> Names,
    string SourcePath,
    string? Refusal,
    IReadOnlyList<PoseInstance> Instances,
    IReadOnlyList<LabeledFrame> Frames,
    IReadOnlyList<SleapVideo> Videos)
{
    /// <summary>Whether videos, frames and instances are still those of the file, in its order.</summary>
    public bool Fits(SleapLabels labels) =>
        Videos.SequenceEqual(labels.Videos)
        && Frames.SequenceEqual(labels.Frames)
        && Instances.SequenceEqual(labels.Frames.SelectMany(frame => frame.Instances));
}
