using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>What a backbone computes from an image.</summary>
/// <param name="Middle">The features at its coarsest point: (batch, channels, height, width).</param>
/// <param name="Outputs">The decoder's features by stride, coarsest first; empty where there is no decoder.</param>
internal sealed record BackboneOutput(Tensor Middle, IReadOnlyList<(int Stride, Tensor Features)> Outputs);

/// <summary>The part of a model that turns an image into features at several strides.</summary>
internal abstract class Backbone : NamedModule<Tensor, BackboneOutput>
{
    protected Backbone(string name)
        : base(name)
    {
    }

    /// <summary>Channels of the coarsest features.</summary>
    public abstract int MiddleChannels { get; }

    /// <summary>The stride of the coarsest features.</summary>
    public abstract int MiddleStride { get; }

    /// <summary>Channels of the features by stride, of the coarsest ones and of those of the decoder.</summary>
    public abstract IReadOnlyDictionary<int, int> ChannelsByStride { get; }
}
