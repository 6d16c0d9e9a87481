namespace SleapNn.Configuration;

/// <summary>A ConvNeXt encoder with a U-Net decoder (<c>convnext</c>).</summary>
public sealed class ConvNextConfig : ConfigNode, IBackboneConfig
{
    /// <summary>The published weights that the encoder starts from: ConvNeXt_Tiny_Weights, ConvNeXt_Small_Weights, ConvNeXt_Base_Weights or ConvNeXt_Large_Weights; null draws new ones. Default: null.</summary>
    [ConfigKey("ConvNeXt_Base_Weights", "ConvNeXt_Tiny_Weights", "ConvNeXt_Small_Weights", "ConvNeXt_Large_Weights")]
    public string? PreTrainedWeights { get; set => field = Checked(value); }

    /// <summary>The numbers of layers and channels, for a <see cref="ModelType"/> of custom. Default: null.</summary>
    public ConvNextArchConfig? Arch { get; set => field = Checked(value); }

    /// <summary>The size: tiny, small, base or large; custom takes it from <see cref="Arch"/>. Default: tiny.</summary>
    [ConfigKey("tiny", "small", "base", "large", "custom")]
    public string ModelType { get; set => field = Checked(value); } = "tiny";

    /// <summary>The stride of the coarsest features: 32 with a stem stride of 2. Default: 32.</summary>
    [ConfigKey(Min = 1)]
    public int MaxStride { get; set => field = Checked(value); } = 32;

    /// <summary>The side in pixels of the stem's kernels. Default: 4.</summary>
    [ConfigKey(Min = 1)]
    public int StemPatchKernel { get; set => field = Checked(value); } = 4;

    /// <summary>The stride of the stem. Default: 2.</summary>
    [ConfigKey(Min = 1)]
    public int StemPatchStride { get; set => field = Checked(value); } = 2;

    /// <summary>The number of channels of the input image. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int InChannels { get; set => field = Checked(value); } = 1;

    /// <summary>The side in pixels of the decoder's convolution kernels. Default: 3.</summary>
    [ConfigKey(Min = 1)]
    public int KernelSize { get; set => field = Checked(value); } = 3;

    /// <summary>The factor by which the number of decoder filters changes from block to block. Default: 2.</summary>
    [ConfigKey(Above = 0)]
    public double FiltersRate { get; set => field = Checked(value); } = 2.0;

    /// <summary>The number of convolutions in a decoder block. Default: 2.</summary>
    [ConfigKey(Min = 1)]
    public int ConvsPerBlock { get; set => field = Checked(value); } = 2;

    /// <summary>Enlarge by bilinear interpolation, which is faster, instead of transposed convolution, which can learn more. Default: true.</summary>
    public bool UpInterpolate { get; set => field = Checked(value); } = true;

    /// <summary>The stride of the finest features relative to the input image, at best the smallest output stride of the head's layers. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int OutputStride { get; set => field = Checked(value); } = 1;
}
