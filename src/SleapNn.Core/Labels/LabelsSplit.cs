namespace SleapNn;

/// <summary>Labels divided into parts that have no frame in common. All parts share videos, skeletons and tracks.</summary>
/// <param name="Train">The frames to train on.</param>
/// <param name="Validation">The frames to choose the best epoch by; may be empty.</param>
/// <param name="Test">The frames to measure the finished model on; may be empty.</param>
/// <param name="Seed">The seed that gives the same parts again.</param>
public sealed record LabelsSplit(SleapLabels Train, SleapLabels Validation, SleapLabels Test, int Seed);
