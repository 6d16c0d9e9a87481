using System.Text.RegularExpressions;
using SleapNn.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Puts the weights of SLEAP 1.x (Keras) under the names and into the order of a <see cref="PoseModel"/>'s state dict.</summary>
internal static partial class LegacyWeights
{
    // SLEAP's heads for sub-pixel offsets have no counterpart: peaks are refined by integration.
    private const string WithoutCounterpart = "OffsetRefinementHead";

    /// <summary>Converts the layers of a file.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="model">The model that the weights are for; it is left as it is.</param>
    /// <returns>New tensors, one for each layer's weight and bias, under the model's names where it has the layer, and under the layer's own name in the part that it belongs to where not.</returns>
    /// <remarks>Kernels: (height, width, in, out) becomes (out, in, height, width); dense: (in, out) becomes (out, in).</remarks>
    public static OrderedMap<string, Tensor> Convert(IReadOnlyDictionary<string, KerasLayer> layers, PoseModel model)
    {
        var names = NamesByLayer(model.GetStateDict().Keys);
        var weights = new OrderedMap<string, Tensor>();
        foreach (var (layerName, layer) in layers)
        {
            var plain = NumberOfHead().Replace(layerName, string.Empty);
            if (plain == WithoutCounterpart)
            {
                continue;
            }

            var prefix = names.GetValueOrDefault(plain) ?? (plain.Contains("Head", StringComparison.Ordinal) ? $"head_layers.{plain}" : $"backbone.{plain}");
            weights[prefix + ".weight"] = Kernel(layer, plain, model);
            weights[prefix + ".bias"] = tensor(layer.Bias);
        }

        return weights;
    }

    /// <summary>How many channels the first layer takes: 1 (grey) or 3 (RGB); null where the file has no such layer.</summary>
    public static int? CountInputChannels(IReadOnlyDictionary<string, KerasLayer> layers)
    {
        var first = layers.GetValueOrDefault("stem0_conv0") ?? layers.GetValueOrDefault("stack0_enc0_conv0");
        return first is { KernelShape: [_, _, var channels, _] } ? (int)channels : null;
    }

    /// <summary>How many numbers the first dense layer of class vectors takes; null where there is none.</summary>
    public static long? CountVectorFeatures(IReadOnlyDictionary<string, KerasLayer> layers)
    {
        var first = layers.GetValueOrDefault("pre_classification0_fc")
            ?? layers.FirstOrDefault(l => NumberOfHead().Replace(l.Key, string.Empty) == "ClassVectorsHead").Value;
        return first is { KernelShape: [var features, _] } ? features : null;
    }

    // backbone.encoders.0.encoder_stack.0.blocks.stack0_enc0_conv0.weight is layer stack0_enc0_conv0, and
    // head_layers.0.CentroidConfmapsHead.0.weight is layer CentroidConfmapsHead.
    private static Dictionary<string, string> NamesByLayer(IEnumerable<string> names)
    {
        var found = new Dictionary<string, string>();
        foreach (var name in names)
        {
            var prefix = name[..name.LastIndexOf('.')];
            found[prefix.Split('.').Last(part => !part.All(char.IsAsciiDigit))] = prefix;
        }

        return found;
    }

    private static Tensor Kernel(KerasLayer layer, string name, PoseModel model)
    {
        using var scope = NewDisposeScope();
        var kernel = tensor(layer.Kernel).reshape([.. layer.KernelShape]);
        return (layer.KernelShape.Count switch
        {
            4 => kernel.permute(3, 2, 0, 1),
            2 => Dense(kernel, name, model).t(),
            _ => kernel,
        }).contiguous().MoveToOuterDisposeScope();
    }

    // Keras flattens (height, width, channels), torch (channels, height, width). Crops are square.
    private static Tensor Dense(Tensor kernel, string name, PoseModel model)
    {
        var vectors = model.Config.HeadConfigs.MultiClassTopdown?.ClassVectors;
        var isFirst = name == (vectors is { NumFcLayers: > 0 } ? "pre_classification0_fc" : "ClassVectorsHead");
        if (vectors is null or { GlobalPool: true } || !isFirst)
        {
            return kernel;
        }

        var channels = model.MiddleChannels;
        var side = (long)Math.Round(Math.Sqrt(kernel.shape[0] / (double)channels));
        return side * side * channels == kernel.shape[0]
            ? kernel.reshape(side, side, channels, -1).permute(2, 0, 1, 3).reshape(kernel.shape[0], -1)
            : throw new ModelException(
                "ModelWeightsMismatch",
                $"The layer '{name}' takes {kernel.shape[0]} numbers, which are no square of {channels} channels, so their order cannot be told. Train it with class_vectors.global_pool, or with square crops.");
    }

    [GeneratedRegex(@"(?<=Head)_\d+$")]
    private static partial Regex NumberOfHead();
}
