using SleapNn.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// Runs the stages of an image classifier: gives the features at the start of each stage, finest first, and after them
/// those at the end of the last stage. The caller owns all of them.
/// </summary>
internal abstract class StagedEncoder : NamedModule<Tensor, List<Tensor>>
{
    protected StagedEncoder(string name)
        : base(name)
    {
    }

    /// <summary>Channels of the stages, finest first.</summary>
    public abstract IReadOnlyList<int> Channels { get; }

    /// <summary>
    /// Padding of the first convolution: 1 on each side where that gives exactly size / stride, as sleap-nn has it for its
    /// defaults; otherwise what does give it.
    /// </summary>
    protected static (int Before, int After) StemPadding(int kernelSize, int stride)
    {
        if (kernelSize > 2 && kernelSize <= stride + 2)
        {
            return (1, 1);
        }

        var total = Math.Max(0, kernelSize - stride);
        return (total / 2, total - (total / 2));
    }

    /// <summary>The first convolution, with the padding that its weights do not tell.</summary>
    protected static Tensor RunStem(nn.Module<Tensor, Tensor> convolution, Tensor input, (int Before, int After) padding)
    {
        using var padded = nn.functional.pad(input, [padding.Before, padding.After, padding.Before, padding.After]);
        return Layers.Convolve(convolution, padded);
    }
}

/// <summary>An image classifier's stages as the encoder, a halving, a middle, and the decoder of the U-Net.</summary>
internal abstract class HierarchicalBackbone : Backbone
{
    private readonly StagedEncoder encoder;
    private readonly List<ConvBlock> middle = [];
    private readonly Decoder decoder;

    protected HierarchicalBackbone(string name, StagedEncoder encoder, IBackboneConfig config, int maxStride, TransposedForm upsampling)
        : base(name)
    {
        this.encoder = encoder;
        register_module("enc", encoder);

        var channels = encoder.Channels;
        var filters = (int)(channels[^1] * config.FiltersRate);
        var middles = new ModuleGroup();
        var current = channels[^1];
        if (config.ConvsPerBlock > 1)
        {
            middle.Add(middles.Add(new ConvBlock("convnext_middle_expand", current, filters, config.ConvsPerBlock - 1, config.KernelSize, poolFirst: false)));
            current = filters;
        }

        middle.Add(middles.Add(new ConvBlock("convnext_middle_contract", current, filters, 1, config.KernelSize, poolFirst: false)));
        register_module("middle_blocks", middles);

        var upBlocks = Layers.Log2(maxStride) - Layers.Log2(config.OutputStride);
        decoder = new Decoder(
            "dec",
            filters,
            maxStride,
            [.. Enumerable.Range(0, Math.Max(0, upBlocks)).Select(i => (int)(channels[0] * Math.Pow(config.FiltersRate, Math.Max(0, channels.Count - 1 - i))))],
            [.. channels.Reverse()],
            config.KernelSize,
            config.UpInterpolate,
            upsampling);
        register_module("dec", decoder);
        MiddleChannels = filters;
        MiddleStride = maxStride;
    }

    public override int MiddleChannels { get; }

    public override int MiddleStride { get; }

    public override IReadOnlyDictionary<int, int> ChannelsByStride => decoder.ChannelsByStride;

    public override BackboneOutput forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = encoder.forward(input);
        var current = Layers.Halve(features[^1]);
        foreach (var block in middle)
        {
            current = block.forward(current);
        }

        var outputs = decoder.Run(current, [.. features.Take(features.Count - 1).Reverse()]);
        outputs.ForEach(output => output.Features.MoveToOuterDisposeScope());
        return new BackboneOutput(current.MoveToOuterDisposeScope(), outputs);
    }
}
