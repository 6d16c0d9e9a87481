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
    /// <param name="basePath">The folder that relative paths start from; null is the process's.</param>
    /// <exception cref="ModelException">A file cannot be read, or its weights are not those of the model; the message lists them.</exception>
    /// <remarks>A file is a checkpoint of sleap-nn or of this module, or a <c>.h5</c> file of SLEAP 1.x.</remarks>
    public static void Load(PoseModel model, string? basePath = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Config.PretrainedBackboneWeights is { Length: > 0 } backbonePath)
        {
            Load(model, Path.GetFullPath(backbonePath, basePath ?? Environment.CurrentDirectory), BackbonePrefix, "pretrained_backbone_weights");
        }

        if (model.Config.PretrainedHeadWeights is { Length: > 0 } headPath)
        {
            Load(model, Path.GetFullPath(headPath, basePath ?? Environment.CurrentDirectory), HeadPrefix, "pretrained_head_weights");
        }
    }

    private static void Load(PoseModel model, string path, string prefix, string key)
    {
        using var scope = torch.NewDisposeScope();
        if (Path.GetExtension(path).Equals(".h5", StringComparison.OrdinalIgnoreCase))
        {
            Set(model, LegacyWeights.Convert(KerasWeightsFile.Read(path), model), path, prefix, key);
            return;
        }

        using var checkpoint = CheckpointFile.Read(path);
        var weights = checkpoint.WeightsUnder(Checkpoint.ModelPrefix);
        Set(model, weights.Count > 0 ? weights : checkpoint.StateDict, path, prefix, key);
    }

    private static void Set(PoseModel model, OrderedMap<string, torch.Tensor> all, string path, string prefix, string key)
    {
        var weights = PartOf(all, prefix);
        if (weights.Count == 0)
        {
            throw new ModelException(
                "ModelWeightsMismatch", $"The file '{path}' of {key} has no weights of the model's '{prefix}'. Give the best.ckpt of a trained model with such layers.", path);
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
