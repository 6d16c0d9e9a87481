using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>Starts a model from the weights of another one.</summary>
public static class PretrainedWeights
{
    /// <summary>Loads the weights that a configuration names; none is fine.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="basePath">The folder that relative paths start from.</param>
    /// <exception cref="ModelException">The file cannot be read, or its layers are of other shapes (ModelWeightsMismatch).</exception>
    public static void Load(PoseModel model, ModelConfig config, string basePath)
    {
        Load(model, config.PretrainedBackboneWeights, "backbone.", basePath);
        Load(model, config.PretrainedHeadWeights, "head_layers.", basePath);
    }

    private static void Load(PoseModel model, string? path, string part, string basePath)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        using var noGrad = no_grad();
        using var checkpoint = CheckpointFile.Read(Path.GetFullPath(path, basePath));
        var weights = checkpoint.WeightsUnder(Checkpoint.ModelPrefix);
        foreach (var (name, target) in model.GetStateDict())
        {
            if (!name.StartsWith(part, StringComparison.Ordinal))
            {
                continue;
            }

            if (!weights.TryGetValue(name, out var source) || !source.shape.SequenceEqual(target.shape))
            {
                throw new ModelException(
                    "ModelWeightsMismatch",
                    $"The weights in '{path}' do not fit this model: '{name}' is {(source is null ? "missing there" : $"({string.Join(", ", source.shape)}) there and ({string.Join(", ", target.shape)}) here")}. Use a checkpoint of a model with the same architecture.",
                    path);
            }

            target.copy_(source);
        }
    }
}
