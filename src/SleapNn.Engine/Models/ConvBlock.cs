using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Convolutions with rectifiers at one resolution, with a halving before them where asked.</summary>
internal sealed class ConvBlock : NamedModule<Tensor, Tensor>
{
    private readonly bool poolFirst;
    private readonly List<nn.Module<Tensor, Tensor>> convolutions = [];

    public ConvBlock(string prefix, int inChannels, int filters, int count, int kernelSize, bool poolFirst)
        : base(nameof(ConvBlock))
    {
        this.poolFirst = poolFirst;
        Filters = filters;
        var blocks = new ModuleGroup();
        for (var i = 0; i < count; i++)
        {
            convolutions.Add(blocks.Add($"{prefix}_conv{i}", Layers.SameConv(i == 0 ? inChannels : filters, filters, kernelSize)));
        }

        register_module("blocks", blocks);
    }

    public int Filters { get; }

    public override Tensor forward(Tensor input)
    {
        if (!poolFirst)
        {
            return Layers.ConvReluChain(convolutions, input);
        }

        using var halved = Layers.Halve(input);
        return Layers.ConvReluChain(convolutions, halved);
    }
}
