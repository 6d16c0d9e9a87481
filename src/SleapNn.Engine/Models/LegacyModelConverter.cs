using SleapNn.Checkpoints;
using SleapNn.Configuration;

namespace SleapNn.Models;

/// <summary>Turns models of SLEAP 1.x into model folders as sleap-nn and this module write them.</summary>
public static class LegacyModelConverter
{
    private const string ConfigName = "training_config.yaml";
    private const string CheckpointName = "best.ckpt";

    /// <summary>Converts a model.</summary>
    /// <param name="path">The model's folder, or its <c>best_model.h5</c> or <c>training_config.json</c>.</param>
    /// <param name="outputFolder">The new model folder. It is made where it does not exist.</param>
    /// <param name="force">Replace a model that is there already.</param>
    /// <param name="notes">Takes what of the config has no counterpart; null where nobody wants to know.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="ModelException">The model cannot be read, is not one of SLEAP 1.x (ModelNotLegacy), or there is a model already (ModelExists).</exception>
    /// <exception cref="ConfigException">The config cannot be read, or asks for a backbone that is not built here.</exception>
    public static ConvertedModel Convert(string path, string outputFolder, bool force = false, ICollection<ConfigFinding>? notes = null)
    {
        var (configPath, weightsPath) = Locate(Path.GetFullPath(path));
        var output = Path.GetFullPath(outputFolder);
        var taken = new[] { ConfigName, CheckpointName }.Select(name => Path.Combine(output, name)).FirstOrDefault(File.Exists);
        if (taken is not null && !force)
        {
            throw new ModelException("ModelExists", $"There is a model in '{output}' already ('{Path.GetFileName(taken)}'). Give another folder, or -Force to replace it.", output);
        }

        var (config, model) = LegacyModelFolder.Load(configPath, weightsPath, notes);
        using (model)
        {
            config.ModelConfig = model.Config;
            config.ModelConfig.TotalParams = (int)model.parameters().Sum(p => p.numel());
            Directory.CreateDirectory(output);

            // The weights come last: a folder without them is refused wherever a model is taken.
            ConfigFile.Save(config, Path.Combine(output, ConfigName));
            using var checkpoint = ToCheckpoint(model);
            CheckpointFile.Write(Path.Combine(output, CheckpointName), checkpoint);
            return new ConvertedModel
            {
                Path = output,
                SourcePath = weightsPath,
                ModelType = model.ModelType,
                Heads = model.Heads.Select(head => head.Name).ToArray(),
                ParameterCount = config.ModelConfig.TotalParams.Value,
                SameInSleapNn = !HasTransposedConvolutions(model),
            };
        }
    }

    private static (string ConfigPath, string WeightsPath) Locate(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        var weights = Path.GetExtension(path) == ".h5" ? path : Path.Combine(folder, LegacyModelFolder.WeightsName);
        var config = Path.GetExtension(path) == ".json" ? path : Path.Combine(folder, LegacyModelFolder.ConfigName);
        var missing = new[] { weights, config }.FirstOrDefault(file => !File.Exists(file));
        return missing is null
            ? (config, weights)
            : throw new ModelException(
                "ModelNotLegacy",
                $"'{path}' is not a model of SLEAP 1.x: there is no '{Path.GetFileName(missing)}'. Give the folder that SLEAP wrote, with {LegacyModelFolder.WeightsName} and {LegacyModelFolder.ConfigName}.",
                path);
    }

    private static Checkpoint ToCheckpoint(PoseModel model)
    {
        var checkpoint = new Checkpoint();
        foreach (var (name, tensor) in model.GetStateDict())
        {
            checkpoint.StateDict[Checkpoint.ModelPrefix + name] = tensor.detach().clone();
        }

        if (HasTransposedConvolutions(model))
        {
            checkpoint.Extra[ModelFolder.TransposedFormKey] = nameof(TransposedForm.Keras).ToLowerInvariant();
        }

        return checkpoint;
    }

    private static bool HasTransposedConvolutions(PoseModel model) => model.modules().OfType<TransposedConv>().Any();
}
