using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>One example: an image as the model sees it, and where things are in it.</summary>
/// <param name="Image">8-bit, (1, channels, height, width), on the CPU.</param>
/// <param name="Points">x and y of each point of each instance in turn, in pixels of <paramref name="Image"/>; NaN where missing.</param>
/// <param name="InstanceCount">How many instances there are.</param>
/// <param name="Classes">The class of each instance; -1 for none.</param>
/// <param name="Name">The frame in words, for messages.</param>
/// <param name="IsNegative">Whether a person marked the frame as one without animals.</param>
public sealed record TrainingSample(Tensor Image, float[] Points, int InstanceCount, long[] Classes, string Name, bool IsNegative = false);
