namespace SleapNn.Configuration;

/// <summary>A Swin transformer encoder with a U-Net decoder (<c>swint</c>).</summary>
public sealed class SwinTConfig : ConfigNode, IBackboneConfig
{
    /// <summary>The published weights that the encoder starts from: Swin_T_Weights, Swin_S_Weights or Swin_B_Weights; null draws new ones. Default: null.</summary>
    [ConfigKey("Swin_T_Weights", "Swin_S_Weights", "Swin_B_Weights")]
    public string? PreTrainedWeights { get; set => field = Checked(value); }

    /// <summary>The size: tiny, small or base; custom takes it from <see cref="Arch"/>. Default: tiny.</summary>
    [ConfigKey("tiny", "small", "base", "custom")]
    public string ModelType { get; set => field = Checked(value); } = "tiny";

    /// <summary>The numbers of layers, channels and attention heads, for a <see cref="ModelType"/> of custom. Default: null.</summary>
    public SwinTArchConfig? Arch { get; set => field = Checked(value); }

    /// <summary>The stride of the coarsest features: 32 with a stem stride of 2. Default: 32.</summary>
    [ConfigKey(Min = 1)]
    public int MaxStride { get; set => field = Checked(value); } = 32;

    /// <summary>The side in pixels of the stem's patches. Default: 4.</summary>
    [ConfigKey(Min = 1)]
    public int PatchSize { get; set => field = Checked(value); } = 4;

    /// <summary>The stride of the stem. Default: 2.</summary>
    [ConfigKey(Min = 1)]
    public int StemPatchStride { get; set => field = Checked(value); } = 2;

    /// <summary>The side of the attention windows, in patches. Default: 7.</summary>
    [ConfigKey(Min = 1)]
    public int WindowSize { get; set => field = Checked(value); } = 7;

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
