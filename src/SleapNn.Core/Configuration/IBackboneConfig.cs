namespace SleapNn.Configuration;

/// <summary>What every backbone has.</summary>
public interface IBackboneConfig
{
    /// <summary>The number of channels of the input image.</summary>
    int InChannels { get; set; }

    /// <summary>The side in pixels of the decoder's convolution kernels (in a U-Net, of all).</summary>
    int KernelSize { get; set; }

    /// <summary>The factor by which the number of filters grows from block to block.</summary>
    double FiltersRate { get; set; }

    /// <summary>The number of convolutions in a block.</summary>
    int ConvsPerBlock { get; set; }

    /// <summary>Whether the decoder enlarges by bilinear interpolation instead of transposed convolution.</summary>
    bool UpInterpolate { get; set; }

    /// <summary>The stride of the coarsest features relative to the input image: inputs are padded to a multiple of it.</summary>
    int MaxStride { get; set; }

    /// <summary>The stride of the finest features relative to the input image.</summary>
    int OutputStride { get; set; }
}
