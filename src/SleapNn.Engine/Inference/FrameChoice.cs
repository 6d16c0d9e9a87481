namespace SleapNn.Inference;

/// <summary>Which frames of a source.</summary>
/// <param name="Selection">By what labels say about them.</param>
/// <param name="VideoIndex">One video of labels, or null for all.</param>
/// <param name="FrameRange">By number, such as <c>0-100,-10--1</c>, or null for all.</param>
public sealed record FrameChoice(FrameSelection Selection = FrameSelection.All, int? VideoIndex = null, string? FrameRange = null);
