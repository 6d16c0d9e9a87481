using SleapNn.Media;

namespace SleapNn.Inference;

/// <summary>A frame with the animals that were found in it.</summary>
/// <param name="Frame">The animals.</param>
/// <param name="Image">The frame's picture.</param>
public sealed record PredictedFrame(LabeledFrame Frame, ImageFrame Image);
