using SleapNn.Checkpoints;
using TorchSharp;

namespace SleapNn.Models;

/// <summary>Starts a model from weights that another was trained with: <c>pretrained_backbone_weights</c> and <c>pretrained_head_weights</c>.</summary>
public static class PretrainedWeights
{
    private const string BackbonePrefix = "backbone.";
    private const string HeadPrefix = "head_layers.";

    /// <summary>Loads the weights that the model's config names, if it names any.</summary>
    /// <param name="model">The model; its weights are replaced.</param>
    /// <exception cref="ModelException">A file cannot be read, or its weights are not those of the model; the message lists them.</exception>
    public static void Load(PoseModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Config.PretrainedBackboneWeights is { Length: > 0 } backbonePath)
        {
            Load(model, backbonePath, BackbonePrefix, "pretrained_backbone_weights");
        }

        if (model.Config.PretrainedHeadWeights is { Length: > 0 } headPath)
        {
            Load(model, headPath, HeadPrefix, "pretrained_head_weights");
        }
    }

    private static void Load(PoseModel model, string path, string prefix, string key)
    {
        using var checkpoint = CheckpointFile.Read(path);
        var all = checkpoint.WeightsUnder(Checkpoint.ModelPrefix);
        var weights = PartOf(all.Count > 0 ? all : checkpoint.StateDict, prefix);
        if (weights.Count == 0)
        {
            throw new ModelException(
                "ModelWeightsMismatch", $"The file '{path}' of {key} has no weights under '{prefix}'. Give the best.ckpt of a trained model.", path);
        }

        StateDicts.Load(PartOf(model.GetStateDict(), prefix), weights, path);
    }

    private static OrderedMap<string, torch.Tensor> PartOf(OrderedMap<string, torch.Tensor> weights, string prefix)
    {
        var part = new OrderedMap<string, torch.Tensor>();
        foreach (var (name, tensor) in weights)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                part[name] = tensor;
            }
        }

        return part;
    }
}
