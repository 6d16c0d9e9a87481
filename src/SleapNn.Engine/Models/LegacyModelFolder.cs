using SleapNn.Checkpoints;
using SleapNn.Configuration;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Models of SLEAP 1.x: a folder with <c>training_config.json</c> and <c>best_model.h5</c>.</summary>
internal static class LegacyModelFolder
{
    public const string ConfigName = "training_config.json";
    public const string WeightsName = "best_model.h5";

    /// <summary>Loads a model.</summary>
    /// <param name="configPath">The config.</param>
    /// <param name="weightsPath">The weights.</param>
    /// <param name="notes">Takes what of the config has no counterpart; null where nobody wants to know.</param>
    /// <returns>The converted config, and the model, whose numbers are those of SLEAP.</returns>
    /// <exception cref="ModelException">A file is missing or damaged, or the weights are not those of the config.</exception>
    /// <exception cref="ConfigException">The config cannot be read, or asks for a backbone that is not built here.</exception>
    public static (SleapConfig Config, PoseModel Model) Load(string configPath, string weightsPath, ICollection<ConfigFinding>? notes = null)
    {
        Runtime.NativeLibraries.EnsureLoaded();
        var found = new List<ConfigFinding>();
        var config = LegacyConfig.Load(configPath, found);

        // How it was trained does not matter to what it computes.
        foreach (var note in found.Where(note => note.Path.StartsWith("model", StringComparison.Ordinal) || note.Path.StartsWith("data.preprocessing", StringComparison.Ordinal)))
        {
            notes?.Add(note);
        }

        var layers = KerasWeightsFile.Read(weightsPath);
        if (LegacyWeights.CountInputChannels(layers) is { } channels)
        {
            ConfigPath.Set(config, $"model_config.backbone_config.{config.ModelConfig.BackboneConfig.GetActiveName()}.in_channels", channels);
        }

        ModelResolver.FillIn(config.ModelConfig.HeadConfigs, config.DataConfig.Skeletons?.FirstOrDefault(), null);
        var model = PoseModel.Build(
            (ModelConfig)config.ModelConfig.CopyNode(),
            TransposedForm.Keras,
            _ => LegacyWeights.CountVectorFeatures(layers)
                ?? throw new ModelException("ModelWeightsMismatch", $"The weights of '{weightsPath}' have no class vectors.", weightsPath));
        try
        {
            using var scope = NewDisposeScope();
            model.LoadStateDict(LegacyWeights.Convert(layers, model), weightsPath);
            model.eval();
            return (config, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
