namespace SleapNn;

/// <summary>A frame that was suggested for labelling.</summary>
/// <param name="Video">The video.</param>
/// <param name="FrameIndex">The frame's position in the video, from 0.</param>
/// <param name="Group">The suggestion group of the file.</param>
public sealed record SuggestedFrame(SleapVideo Video, int FrameIndex, int Group = 0);
