namespace SleapNn.Inference;

/// <summary>One video, or images, and the frames of it to predict on.</summary>
/// <param name="Video">The video.</param>
/// <param name="Frames">The frames, in order.</param>
public sealed record PredictionTarget(SleapVideo Video, IReadOnlyList<int> Frames);
