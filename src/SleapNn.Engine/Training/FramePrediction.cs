using SleapNn.Inference;
using SleapNn.Media;

namespace SleapNn.Training;

/// <summary>What the model that is being trained makes of a labelled frame.</summary>
/// <param name="Image">The frame.</param>
/// <param name="Labels">Its animals as they are labelled.</param>
/// <param name="Predicted">Its animals as the model finds them.</param>
/// <param name="Look">The model's maps.</param>
/// <param name="Nodes">What the confidence maps are of.</param>
public sealed record FramePrediction(
    ImageFrame Image, IReadOnlyList<PoseInstance> Labels, IReadOnlyList<PoseInstance> Predicted, NetworkLook Look, IReadOnlyList<string> Nodes);
