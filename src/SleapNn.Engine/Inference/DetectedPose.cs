namespace SleapNn.Inference;

/// <summary>One animal that a model found in a frame.</summary>
/// <param name="Points">One point a node, in pixels of the full frame, with the peak's value as score; missing ones are NaN.</param>
/// <param name="Score">The confidence of the whole instance.</param>
/// <param name="ClassIndex">The identity among the model's classes, or -1.</param>
/// <param name="ClassScore">The confidence of the identity.</param>
public sealed record DetectedPose(PosePoint[] Points, double Score, int ClassIndex = -1, double ClassScore = 0);
