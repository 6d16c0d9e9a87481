using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>
/// The output of one head as plain numbers, away from the model and its device: post-processing needs no tensor and can run
/// beside the models without taking their threads.
/// </summary>
/// <param name="Values">The values in the order (sample, channel, y, x).</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Channels">The number of channels.</param>
/// <param name="Height">The height in grid points; 1 for heads that give vectors.</param>
/// <param name="Width">The width in grid points; 1 for heads that give vectors.</param>
public sealed record MapStack(float[] Values, int Samples, int Channels, int Height, int Width)
{
    /// <summary>How many values a channel has.</summary>
    public int PlaneSize => Height * Width;

    /// <summary>How many values a sample has.</summary>
    public int SampleSize => Channels * PlaneSize;

    /// <summary>Copies a tensor.</summary>
    /// <param name="tensor">(sample, channel) or (sample, channel, y, x), of any floating type, on any device.</param>
    /// <returns>The copy.</returns>
    public static MapStack Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = TensorValues.Of<float>(tensor.to(ScalarType.Float32));
        var hasPlane = tensor.dim() == 4;
        return new MapStack(values, (int)tensor.shape[0], (int)tensor.shape[1], hasPlane ? (int)tensor.shape[2] : 1, hasPlane ? (int)tensor.shape[3] : 1);
    }

    /// <summary>Puts samples behind each other.</summary>
    /// <param name="parts">Outputs of one head for several parts of a batch, in order.</param>
    /// <returns>The output for the whole batch.</returns>
    public static MapStack Join(IReadOnlyList<MapStack> parts)
    {
        var values = GC.AllocateUninitializedArray<float>(parts.Sum(part => part.Values.Length));
        var at = 0;
        foreach (var part in parts)
        {
            part.Values.CopyTo(values, at);
            at += part.Values.Length;
        }

        return parts[0] with { Values = values, Samples = parts.Sum(part => part.Samples) };
    }

    /// <summary>One channel of one sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="channel">The channel.</param>
    /// <returns>Its values, row by row.</returns>
    public ReadOnlySpan<float> Plane(int sample, int channel) => Values.AsSpan((sample * SampleSize) + (channel * PlaneSize), PlaneSize);

    /// <summary>All channels of one sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <returns>Its values, channel by channel.</returns>
    public ReadOnlySpan<float> Sample(int sample) => Values.AsSpan(sample * SampleSize, SampleSize);
}
