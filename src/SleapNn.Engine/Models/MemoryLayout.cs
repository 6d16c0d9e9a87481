using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// The order in memory of (batch, channels, height, width): plain (channels before positions) or channels last. The
/// numbers are the same either way.
/// </summary>
internal static class MemoryLayout
{
    /// <summary>
    /// How many pixels of images a CPU should take at once. What a layer keeps for so many fits the processor's caches, and stays
    /// below the size from which the C library hands memory back to the system after every layer: twice as fast and more.
    /// </summary>
    public const long CpuPixelsAtOnce = 200_000;

    private static readonly Lazy<bool> PlainIsSoundHere = new(CheckPlain);

    /// <summary>Whether convolutions in the plain order give right results on this processor; tested on first use.</summary>
    public static bool IsPlainSound => PlainIsSoundHere.Value;

    /// <summary>
    /// Whether a convolution should run on channels last: on a CPU without gradients, since it is faster there, and with
    /// gradients only where the plain order gives wrong results (with them it is slower).
    /// </summary>
    public static bool WantsChannelsLast(Tensor input) =>
        input.device_type == DeviceType.CPU && input.dim() == 4 && (!is_grad_enabled() || !IsPlainSound);

    /// <summary>The tensor in channels last order; itself where it is so already.</summary>
    public static Tensor ToChannelsLast(Tensor input)
    {
        if (input.shape[1] > 1 && input.stride(1) == 1)
        {
            return input;
        }

        using var positionsFirst = input.permute(0, 2, 3, 1);
        using var packed = positionsFirst.contiguous();
        return packed.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Computes one convolution in single precision, plain order, and in double precision. On some processors (seen on an
    /// AMD of family 26 with libtorch 2.10) oneDNN's copy into blocks of 16 channels loses the last block when it is not
    /// full, so that a convolution of 22 channels is wrong; double precision does not go through oneDNN.
    /// </summary>
    private static bool CheckPlain()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var input = Pattern(7, 1, 22, 48, 48);
        var weight = Pattern(5, 9, 22, 3, 3);
        var single = nn.functional.conv2d(input, weight, null, padding: [1, 1]);
        var reference = nn.functional.conv2d(input.to(float64), weight.to(float64), null, padding: [1, 1]);

        // Small whole numbers: single precision is exact.
        return single.to(float64).sub(reference).abs().max().item<double>() < 0.5;

        static Tensor Pattern(int period, params long[] shape) =>
            tensor(Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (float)((i % period) - (period / 2))).ToArray()).view(shape);
    }
}
