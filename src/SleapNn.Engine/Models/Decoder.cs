using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Upsampling blocks from the coarsest features to the finest output stride.</summary>
internal sealed class Decoder : nn.Module
{
    private readonly List<(int Stride, UpsamplingBlock Block)> blocks = [];

    /// <param name="prefix">The start of the layers' names.</param>
    /// <param name="inChannels">Channels of the coarsest features.</param>
    /// <param name="inStride">Their stride.</param>
    /// <param name="filters">Channels of the output of each block.</param>
    /// <param name="skipChannels">Channels of the encoder's features, coarsest first; blocks beyond their number join none.</param>
    /// <param name="kernelSize">Kernel size of the refining convolutions.</param>
    /// <param name="interpolate">Whether to double by interpolation; otherwise by transposed convolutions.</param>
    /// <param name="upsampling">The form of the transposed convolutions.</param>
    public Decoder(
        string prefix,
        int inChannels,
        int inStride,
        IReadOnlyList<int> filters,
        IReadOnlyList<int> skipChannels,
        int kernelSize,
        bool interpolate,
        TransposedForm upsampling)
        : base(nameof(Decoder))
    {
        var channelsByStride = new Dictionary<int, int> { [inStride] = inChannels };
        var stack = new ModuleGroup();
        var (channels, stride) = (inChannels, inStride);
        for (var i = 0; i < filters.Count; i++)
        {
            var skip = i < skipChannels.Count ? skipChannels[i] : 0;
            var name = $"{prefix}{i}_s{stride}_to_s{stride / 2}";
            stride /= 2;
            blocks.Add((stride, stack.Add(new UpsamplingBlock(name, channels, skip, filters[i], kernelSize, interpolate, upsampling))));
            channels = filters[i];
            channelsByStride[stride] = channels;
        }

        register_module("decoder_stack", stack);
        ChannelsByStride = channelsByStride;
        OutChannels = channels;
        OutStride = stride;
    }

    public IReadOnlyDictionary<int, int> ChannelsByStride { get; }

    public int OutChannels { get; }

    public int OutStride { get; }

    /// <summary>The output of every block; the caller owns them.</summary>
    /// <param name="middle">The coarsest features.</param>
    /// <param name="skips">The encoder's features, coarsest first.</param>
    public List<(int Stride, Tensor Features)> Run(Tensor middle, IReadOnlyList<Tensor> skips)
    {
        var outputs = new List<(int, Tensor)>();
        var current = middle;
        for (var i = 0; i < blocks.Count; i++)
        {
            current = blocks[i].Block.forward(current, i < skips.Count ? skips[i] : null);
            outputs.Add((blocks[i].Stride, current));
        }

        return outputs;
    }
}
