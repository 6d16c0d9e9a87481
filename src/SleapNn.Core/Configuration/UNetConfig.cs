namespace SleapNn.Configuration;

/// <summary>A U-Net (<c>unet</c>).</summary>
public sealed class UNetConfig : ConfigNode, IBackboneConfig
{
    /// <summary>The number of channels of the input image. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int InChannels { get; set => field = Checked(value); } = 1;

    /// <summary>The side in pixels of the convolution kernels. Default: 3.</summary>
    [ConfigKey(Min = 1)]
    public int KernelSize { get; set => field = Checked(value); } = 3;

    /// <summary>The number of filters of the first block. Default: 32.</summary>
    [ConfigKey(Min = 1)]
    public int Filters { get; set => field = Checked(value); } = 32;

    /// <summary>The factor by which the number of filters grows from block to block. Default: 1.5.</summary>
    [ConfigKey(Above = 0)]
    public double FiltersRate { get; set => field = Checked(value); } = 1.5;

    /// <summary>The stride of the coarsest features, which sets the number of down blocks. Default: 16.</summary>
    [ConfigKey(Min = 1)]
    public int MaxStride { get; set => field = Checked(value); } = 16;

    /// <summary>The stride of additional down blocks at the start; null means none. Default: null.</summary>
    [ConfigKey(Min = 1)]
    public int? StemStride { get; set => field = Checked(value); }

    /// <summary>Add a block at the end of the encoder. Default: true.</summary>
    public bool MiddleBlock { get; set => field = Checked(value); } = true;

    /// <summary>Enlarge by bilinear interpolation, which is faster, instead of transposed convolution, which can learn more. Default: true.</summary>
    public bool UpInterpolate { get; set => field = Checked(value); } = true;

    /// <summary>The number of encoder and decoder pairs in a row. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int Stacks { get; set => field = Checked(value); } = 1;

    /// <summary>The number of convolutions in a block. Default: 2.</summary>
    [ConfigKey(Min = 1)]
    public int ConvsPerBlock { get; set => field = Checked(value); } = 2;

    /// <summary>The stride of the finest features relative to the input image, at best the smallest output stride of the head's layers. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int OutputStride { get; set => field = Checked(value); } = 1;
}
