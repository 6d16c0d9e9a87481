using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// A backbone with the heads of one kind of model. Parameters have sleap-nn's names, so state dicts move between the two.
/// </summary>
public sealed class PoseModel : nn.Module<Tensor, Dictionary<string, Tensor>>
{
    private readonly Backbone backbone;
    private readonly List<HeadModule> heads = [];

    private PoseModel(ModelConfig config, TransposedForm upsampling, Func<Backbone, long>? countVectorFeatures)
        : base(nameof(PoseModel))
    {
        Config = config;
        ModelType = config.HeadConfigs.GetActiveName()!;
        BackboneName = config.BackboneConfig.GetActiveName()!;
        var options = config.BackboneConfig.GetActive()!;
        InChannels = options.InChannels;
        MaxStride = options.MaxStride;
        Upsampling = upsampling;
        backbone = options switch
        {
            UNetConfig unet => new UNetBackbone(unet, upsampling),
            ConvNextConfig convnext => new ConvNextBackbone(convnext, upsampling),
            SwinTConfig swint => new SwinTBackbone(swint, upsampling),
            _ => throw ModelResolver.Invalid($"there is no backbone '{BackboneName}'"),
        };
        register_module("backbone", backbone);

        var layers = new ModuleGroup();
        foreach (var head in PoseHeads.Of(config.HeadConfigs))
        {
            heads.Add(layers.Add(CreateHead(head, countVectorFeatures)));
        }

        register_module("head_layers", layers);
        Heads = [.. heads.Select(head => head.Head)];
    }

    /// <summary>The completed config that the model is built from.</summary>
    public ModelConfig Config { get; }

    /// <summary>The kind of model: <c>single_instance</c>, <c>centroid</c>, <c>centered_instance</c>, <c>bottomup</c>, <c>multi_class_bottomup</c> or <c>multi_class_topdown</c>.</summary>
    public string ModelType { get; }

    /// <summary>The kind of backbone: <c>unet</c>, <c>convnext</c> or <c>swint</c>.</summary>
    public string BackboneName { get; }

    /// <summary>The outputs, in the order of the config.</summary>
    public IReadOnlyList<PoseHead> Heads { get; }

    /// <summary>Channels of the input: 1 (grey) or 3 (RGB).</summary>
    public int InChannels { get; }

    /// <summary>The number that height and width of an input should be multiples of.</summary>
    public int MaxStride { get; }

    /// <summary>Channels of the backbone's deepest features, from which class vectors start.</summary>
    internal int MiddleChannels => backbone.MiddleChannels;

    /// <summary>How the crops lie that it is trained with; a fresh model learns from exact ones.</summary>
    public CropForm Crops { get; internal set; } = CropForm.Exact;

    /// <summary>Where transposed convolutions put their output.</summary>
    public TransposedForm Upsampling { get; }

    /// <summary>Builds a model with fresh weights.</summary>
    /// <param name="config">The model's config. It is left as it is; <see cref="Config"/> is the completed copy.</param>
    /// <param name="skeleton">Where part names and edges come from that the config leaves open.</param>
    /// <param name="classes">Where classes come from that the config leaves open.</param>
    /// <param name="seed">Makes the weights reproducible (this seeds torch's generators); null draws from where they stand.</param>
    /// <param name="inputSize">Height and width of the crops; needed only where <c>class_vectors.global_pool</c> is off.</param>
    /// <returns>The model on the CPU, in training mode.</returns>
    /// <exception cref="ModelException">The config does not describe a model that can be built.</exception>
    public static PoseModel Create(
        ModelConfig config,
        Skeleton? skeleton = null,
        IReadOnlyList<string>? classes = null,
        int? seed = null,
        (int HeightPx, int WidthPx)? inputSize = null)
    {
        NativeLibraries.EnsureLoaded();
        var resolved = ModelResolver.Resolve(config, skeleton, classes);
        return TorchRandom.Draw(seed, () => CreateResolved(resolved, inputSize));
    }

    private static PoseModel CreateResolved(ModelConfig resolved, (int HeightPx, int WidthPx)? inputSize)
    {
        var channels = resolved.BackboneConfig.GetActive()!.InChannels;
        var model = Build(resolved, TransposedForm.Torch, inputSize is { } size ? backbone => CountFeatures(backbone, channels, size) : null);
        if (resolved.InitWeights == "xavier")
        {
            Initialisation.ApplyXavier(model);
        }

        return model;
    }

    /// <summary>Builds a model from a config that is complete, without bringing its strides into line.</summary>
    /// <param name="config">The config, which the model keeps.</param>
    /// <param name="upsampling">The form of transposed convolutions.</param>
    /// <param name="countVectorFeatures">How many numbers class vectors start from where they do not pool.</param>
    internal static PoseModel Build(
        ModelConfig config, TransposedForm upsampling = TransposedForm.Torch, Func<Backbone, long>? countVectorFeatures = null)
    {
        NativeLibraries.EnsureLoaded();
        ModelResolver.RequireBuildable(config);

        // Layers draw their first weights even where a file's replace them. Parameters outlive whatever dispose scope the caller has open.
        var model = TorchRandom.Draw(seed: null, () => new PoseModel(config, upsampling, countVectorFeatures));
        foreach (var tensor in model.parameters().Cast<Tensor>().Concat(model.buffers()))
        {
            tensor.DetachFromDisposeScope();
        }

        return model;
    }

    /// <summary>Computes all outputs.</summary>
    /// <param name="input">
    /// Images with values from 0 to 1: (batch, channels, height, width). Grey images are repeated for a model of RGB, RGB
    /// images are turned grey for a model of one channel.
    /// </param>
    /// <returns>The output of each head by the head's name, contiguous; the caller (or the open dispose scope) owns them.</returns>
    /// <exception cref="ModelException">The input is not of the shape above.</exception>
    public override Dictionary<string, Tensor> forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = backbone.forward(AdaptChannels(input));
        var outputs = new Dictionary<string, Tensor>();
        foreach (var head in heads)
        {
            outputs[head.Head.Name] = head.forward(Select(features, head.Head)).contiguous().MoveToOuterDisposeScope();
        }

        return outputs;
    }

    /// <summary>The weights and buffers by their names in sleap-nn, without the prefix <c>model.</c>, in sleap-nn's order.</summary>
    /// <returns>The model's own tensors: they stay the model's.</returns>
    public OrderedMap<string, Tensor> GetStateDict() => StateDicts.Of(this);

    /// <summary>Sets all weights and buffers.</summary>
    /// <param name="weights">Tensors by the names of <see cref="GetStateDict"/>; they are copied.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <exception cref="ModelException">A name is missing, unknown or of another shape; the message lists them, and no weight was changed.</exception>
    public void LoadStateDict(OrderedMap<string, Tensor> weights, string source) =>
        StateDicts.Load(GetStateDict(), weights, source);

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // As in NamedModule: no names but those given above.
    }

    private static Tensor Select(BackboneOutput features, PoseHead head)
    {
        if (head.Kind == PoseHeadKind.ClassVectors || features.Outputs.Count == 0)
        {
            return features.Middle;
        }

        foreach (var (stride, output) in features.Outputs)
        {
            if (stride == head.OutputStride)
            {
                return output;
            }
        }

        return features.Middle;
    }

    private Tensor AdaptChannels(Tensor input)
    {
        if (input.dim() != 4 || input.shape[1] is not (1 or 3))
        {
            throw new ModelException(
                "ModelInputInvalid",
                $"A model takes images of shape (batch, channels, height, width) with 1 or 3 channels, not ({string.Join(", ", input.shape)}).");
        }

        if (input.shape[1] == InChannels)
        {
            return input;
        }

        if (InChannels == 3)
        {
            return input.expand(-1, 3, -1, -1);
        }

        // ITU-R BT.601 luma, as torchvision's rgb_to_grayscale rounds it.
        return input.narrow(1, 0, 1).Times(0.2989).Plus(input.narrow(1, 1, 1).Times(0.587)).Plus(input.narrow(1, 2, 1).Times(0.114));
    }

    private static long CountFeatures(Backbone backbone, int channels, (int HeightPx, int WidthPx) size)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return backbone.forward(zeros(1, channels, size.HeightPx, size.WidthPx)).Middle.numel();
    }

    private HeadModule CreateHead(PoseHead head, Func<Backbone, long>? countVectorFeatures)
    {
        if (head.Kind == PoseHeadKind.ClassVectors)
        {
            var options = Config.HeadConfigs.MultiClassTopdown!.ClassVectors;
            var features = options.GlobalPool
                ? backbone.MiddleChannels
                : (countVectorFeatures ?? throw ModelResolver.Invalid("class_vectors.global_pool is off, so the size of the crops has to be known; set preprocessing.crop_hw, or turn global_pool on"))(backbone);
            return new ClassVectorsHead(head, features, options.NumFcLayers, options.NumFcUnits, options.GlobalPool);
        }

        return backbone.ChannelsByStride.TryGetValue(head.OutputStride, out var channels)
            ? new MapHead(head, channels)
            : throw ModelResolver.Invalid(
                $"{head.Layer}.output_stride is {head.OutputStride}, but the backbone has features at strides {string.Join(", ", backbone.ChannelsByStride.Keys.Order())} only");
    }
}
