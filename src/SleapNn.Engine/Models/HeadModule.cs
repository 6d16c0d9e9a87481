using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>The last layers of a model, for one of its outputs.</summary>
internal abstract class HeadModule : NamedModule<Tensor, Tensor>
{
    protected HeadModule(PoseHead head)
        : base(head.Name) => Head = head;

    public PoseHead Head { get; }
}

/// <summary>Maps: one convolution of kernel 1, and a sigmoid where the maps are probabilities.</summary>
internal sealed class MapHead : HeadModule
{
    private readonly nn.Module<Tensor, Tensor> convolution;

    public MapHead(PoseHead head, int inChannels)
        : base(head)
    {
        var group = new ModuleGroup();
        convolution = group.Add("0", nn.Conv2d(inChannels, head.Channels, 1));
        register_module(head.Name, group);
    }

    public override Tensor forward(Tensor features)
    {
        var maps = Layers.Convolve(convolution, features);
        if (Head.Kind == PoseHeadKind.ClassMaps)
        {
            maps.sigmoid_();
        }

        return maps;
    }
}

/// <summary>Class probabilities of a crop: (batch, classes). Pooled or flattened features, fully connected layers, softmax.</summary>
internal sealed class ClassVectorsHead : HeadModule
{
    private readonly bool globalPool;
    private readonly long inFeatures;
    private readonly List<nn.Module<Tensor, Tensor>> hidden = [];
    private readonly nn.Module<Tensor, Tensor> output;

    /// <param name="head">The head.</param>
    /// <param name="inFeatures">Numbers per image after pooling or flattening.</param>
    /// <param name="layers">How many fully connected layers with rectifiers there are before the output.</param>
    /// <param name="units">The width of each.</param>
    /// <param name="globalPool">Whether the maximum over the image is taken; otherwise all positions are kept.</param>
    public ClassVectorsHead(PoseHead head, long inFeatures, int layers, int units, bool globalPool)
        : base(head)
    {
        this.globalPool = globalPool;
        this.inFeatures = inFeatures;
        var width = inFeatures;
        for (var i = 0; i < layers; i++)
        {
            var layer = nn.Linear(width, units);
            register_module($"pre_classification{i}_fc", layer);
            hidden.Add(layer);
            width = units;
        }

        output = nn.Linear(width, head.Channels);
        register_module(head.Name, output);
    }

    public override Tensor forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        var current = (globalPool ? features.amax([2, 3]) : features).flatten(1);
        if (current.shape[1] != inFeatures)
        {
            throw new ModelException(
                "ModelInputSizeMismatch",
                $"With class_vectors.global_pool off a model takes one size of image only: {inFeatures} features are expected, but this image gives {current.shape[1]}. Give crops of the size that the model was made for.");
        }

        return nn.functional.softmax(output.forward(Layers.ConvReluChain(hidden, current)), -1)
            .MoveToOuterDisposeScope();
    }
}
