namespace SleapNn.Evaluation;

/// <summary>A frame that both files have.</summary>
internal sealed record FramePair(SleapVideo Video, int FrameIndex, IReadOnlyList<Pose> Truth, IReadOnlyList<Pose> Predicted);
