using TorchSharp;
using static TorchSharp.torch;
using Conv2d = TorchSharp.Modules.Conv2d;

namespace SleapNn.Models;

/// <summary>Operations that several backbones share. Tensors are (batch, channels, height, width).</summary>
internal static class Layers
{
    /// <summary>A convolution of stride 1 whose output has its input's height and width.</summary>
    public static Conv2d SameConv(int inChannels, int outChannels, int kernelSize) =>
        nn.Conv2d(inChannels, outChannels, kernelSize, padding: Padding.Same);

    /// <summary>A convolution in the memory layout that is fastest, and sound, on this processor.</summary>
    public static Tensor Convolve(nn.Module<Tensor, Tensor> convolution, Tensor input)
    {
        if (!MemoryLayout.WantsChannelsLast(input))
        {
            return ActivationMeter.Note(convolution.forward(input));
        }

        var arranged = MemoryLayout.ToChannelsLast(input);
        var output = convolution.forward(arranged);
        if (!ReferenceEquals(arranged, input))
        {
            ActivationMeter.Note(arranged, isKept: false);
            arranged.Dispose();
        }

        return ActivationMeter.Note(output);
    }

    /// <summary>A convolution followed by a rectifier, which works in place: nothing needs the convolution's own output.</summary>
    public static Tensor ConvRelu(nn.Module<Tensor, Tensor> convolution, Tensor input)
    {
        var output = Convolve(convolution, input);
        output.relu_();
        return output;
    }

    /// <summary>Applies convolutions with rectifiers in turn and lets go of what lies between.</summary>
    public static Tensor ConvReluChain(IReadOnlyList<nn.Module<Tensor, Tensor>> convolutions, Tensor input)
    {
        var current = input;
        foreach (var convolution in convolutions)
        {
            var next = ConvRelu(convolution, current);
            if (!ReferenceEquals(current, input))
            {
                current.Dispose();
            }

            current = next;
        }

        return current;
    }

    /// <summary>Maximum of 2 x 2 blocks. Odd sizes are padded with zeros at the bottom and right.</summary>
    public static Tensor Halve(Tensor input)
    {
        var (height, width) = (input.shape[^2], input.shape[^1]);
        if (height % 2 == 0 && width % 2 == 0)
        {
            return NotePooled(nn.functional.max_pool2d(input, 2, 2));
        }

        using var padded = nn.functional.pad(input, [0, width % 2, 0, height % 2]);
        return NotePooled(nn.functional.max_pool2d(padded, 2, 2));
    }

    /// <summary>Doubles height and width by bilinear interpolation.</summary>
    public static Tensor Double(Tensor input) =>
        ActivationMeter.Note(nn.functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false), isKept: false);

    /// <summary>Brings a tensor to the height and width of another; the same tensor where they agree.</summary>
    public static Tensor FitTo(Tensor input, Tensor target) =>
        input.shape[^2] == target.shape[^2] && input.shape[^1] == target.shape[^1]
            ? input
            : ActivationMeter.Note(nn.functional.interpolate(input, size: [target.shape[^2], target.shape[^1]], mode: InterpolationMode.Bilinear, align_corners: false), isKept: false);

    // Gradients need to know where each maximum was: a 64-bit index.
    private static Tensor NotePooled(Tensor pooled) => ActivationMeter.Note(pooled, extraBytesPerElement: 8);

    /// <summary>The binary logarithm of a power of two.</summary>
    public static int Log2(int value) => System.Numerics.BitOperations.Log2((uint)value);
}
