using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// Doubles the resolution, joins the encoder's features of that resolution where there are any, and refines the result
/// with convolutions.
/// </summary>
internal sealed class UpsamplingBlock : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>? transposed;
    private readonly List<nn.Module<Tensor, Tensor>> convolutions = [];

    /// <param name="prefix">The start of the layers' names.</param>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="skipChannels">Channels of the encoder's features that are joined; 0 where none are.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="kernelSize">Kernel size of the refining convolutions.</param>
    /// <param name="interpolate">Whether to double by interpolation; otherwise by a transposed convolution.</param>
    /// <param name="upsampling">The form of the transposed convolution.</param>
    public UpsamplingBlock(
        string prefix, int inChannels, int skipChannels, int filters, int kernelSize, bool interpolate, TransposedForm upsampling)
        : base(nameof(UpsamplingBlock))
    {
        Filters = filters;
        var blocks = new ModuleGroup();
        if (!interpolate)
        {
            transposed = blocks.Add($"{prefix}_trans_conv", new TransposedConv(inChannels, filters, upsampling));
        }

        var joined = (interpolate ? inChannels : filters) + skipChannels;

        // Two refining convolutions whatever convs_per_block says, one where nothing is joined: as sleap-nn builds them.
        for (var i = 0; i < (skipChannels > 0 ? 2 : 1); i++)
        {
            convolutions.Add(blocks.Add($"{prefix}_refine_conv{i}", Layers.SameConv(i == 0 ? joined : filters, filters, kernelSize)));
        }

        register_module("blocks", blocks);
    }

    public int Filters { get; }

    protected override void RegisterComponents()
    {
        // As in NamedModule: no names but those given above.
    }

    public override Tensor forward(Tensor input, Tensor? skip)
    {
        using var scope = NewDisposeScope();
        var doubled = transposed is null ? Layers.Double(input) : Layers.ConvRelu(transposed, input);
        if (skip is not null)
        {
            // Sizes differ where the input's size is no multiple of the network's stride.
            doubled = ActivationMeter.Note(cat([skip, Layers.FitTo(doubled, skip)], dim: 1));
        }

        return Layers.ConvReluChain(convolutions, doubled).MoveToOuterDisposeScope();
    }
}
