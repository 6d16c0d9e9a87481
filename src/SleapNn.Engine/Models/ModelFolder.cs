using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>A trained model with the config that it was trained with, as a training run leaves them in a folder.</summary>
public sealed class ModelFolder : IDisposable
{
    private static readonly string[] ConfigNames = ["training_config.yaml", "training_config.yml"];
    private static readonly string[] WeightNames = ["best.ckpt", "last.ckpt"];

    /// <summary>The entry of a checkpoint that says where its transposed convolutions put their output; without it, as PyTorch.</summary>
    internal const string TransposedFormKey = "sleapnn_transposed_form";

    /// <summary>The entry of a checkpoint that says how the crops lie that it was trained with; without it, as in sleap-nn.</summary>
    internal const string CropFormKey = "sleapnn_crop_form";

    private ModelFolder(string folder, string configPath, string weightsPath, SleapConfig config, PoseModel model, long epoch)
    {
        Folder = folder;
        ConfigPath = configPath;
        WeightsPath = weightsPath;
        Config = config;
        Model = model;
        Epoch = epoch;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file that <see cref="Config"/> is from.</summary>
    public string ConfigPath { get; }

    /// <summary>The file that the weights are from.</summary>
    public string WeightsPath { get; }

    /// <summary>The config that the model was trained with.</summary>
    public SleapConfig Config { get; }

    /// <summary>The model, in evaluation mode.</summary>
    public PoseModel Model { get; }

    /// <summary>The zero-based epoch that the weights are from; 0 for a model of SLEAP 1.x, whose file does not say.</summary>
    public long Epoch { get; }

    /// <summary>Whether this is a model of SLEAP 1.x, read from its own files.</summary>
    public bool IsLegacy => Path.GetExtension(WeightsPath) == ".h5";

    /// <summary>Loads a model.</summary>
    /// <param name="path">
    /// A model folder, or a file in one: the checkpoint to use, or its <c>training_config.yaml</c>. A folder of SLEAP 1.x
    /// (<c>best_model.h5</c> and <c>training_config.json</c>), or one of its two files, is as good.
    /// </param>
    /// <param name="device">Where the model is to work; null means the CPU.</param>
    /// <returns>The model with its config.</returns>
    /// <exception cref="ModelException">The folder lacks something, or the weights are not those of the config.</exception>
    /// <exception cref="ConfigException">The config cannot be read.</exception>
    public static ModelFolder Load(string path, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (folder, weightsPath) = Locate(Path.GetFullPath(path));
        var model = Path.GetExtension(weightsPath) == ".h5" ? LoadLegacy(folder, weightsPath) : LoadCheckpoint(folder, weightsPath);
        if (device is not null)
        {
            model.Model.to(device);
        }

        return model;
    }

    /// <summary>The file that <see cref="Load"/> would take the weights from.</summary>
    /// <param name="path">A model folder, or a file in one.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ModelException">There is none.</exception>
    public static string WeightsOf(string path) => Locate(Path.GetFullPath(path)).WeightsPath;

    /// <summary>Disposes the model.</summary>
    public void Dispose() => Model.Dispose();

    private static ModelFolder LoadLegacy(string folder, string weightsPath)
    {
        var configPath = FindFile(folder, [LegacyModelFolder.ConfigName]) ?? throw new ModelException(
            "ModelConfigNotFound",
            $"Beside the weights '{weightsPath}' there is no {LegacyModelFolder.ConfigName}, which says what model they are for. Give the folder as SLEAP wrote it.",
            folder);
        var (config, model) = LegacyModelFolder.Load(configPath, weightsPath);
        return new ModelFolder(folder, configPath, weightsPath, config, model, epoch: 0);
    }

    private static ModelFolder LoadCheckpoint(string folder, string weightsPath)
    {
        var configPath = FindFile(folder, ConfigNames) ?? throw new ModelException(
            "ModelConfigNotFound", $"The model folder '{folder}' has no {ConfigNames[0]}. Give the folder that the training run wrote.", folder);
        var config = ConfigFile.Load(configPath);
        using var checkpoint = CheckpointFile.Read(weightsPath);
        var weights = checkpoint.WeightsUnder(Checkpoint.ModelPrefix);
        var form = FormOf(checkpoint, weightsPath);
        var model = CreateFrom(config, form, weights.Count > 0 ? weights : checkpoint.StateDict, weightsPath, configPath);
        model.Crops = CropFormOf(checkpoint, weightsPath);
        model.eval();
        return new ModelFolder(folder, configPath, weightsPath, config, model, checkpoint.Epoch);
    }

    /// <summary>How the crops lie that a checkpoint's model was trained with.</summary>
    /// <exception cref="ModelException">It says something that this version does not know (CheckpointUnsupported).</exception>
    internal static CropForm CropFormOf(Checkpoint checkpoint, string path) => EntryOf(checkpoint, CropFormKey, CropForm.SleapNn, path);

    private static TransposedForm FormOf(Checkpoint checkpoint, string path) => EntryOf(checkpoint, TransposedFormKey, TransposedForm.Torch, path);

    private static T EntryOf<T>(Checkpoint checkpoint, string key, T absent, string path)
        where T : struct, Enum =>
        !checkpoint.Extra.TryGetValue(key, out var value) ? absent
        : Enum.TryParse<T>(value as string, ignoreCase: true, out var known) ? known
        : throw new ModelException("CheckpointUnsupported", $"The checkpoint '{path}' has the value '{value}' under '{key}', which is not known. A newer version may have written it.", path);

    private static PoseModel CreateFrom(SleapConfig config, TransposedForm form, OrderedMap<string, Tensor> weights, string weightsPath, string configPath)
    {
        var modelConfig = (ModelConfig)config.ModelConfig.CopyNode();
        ModelResolver.FillIn(modelConfig.HeadConfigs, config.DataConfig.Skeletons?.FirstOrDefault(), null);
        PoseModel? model = null;
        try
        {
            model = PoseModel.Build(modelConfig, form, _ => CountVectorFeatures(weights, weightsPath));
            model.LoadStateDict(weights, weightsPath);
            return model;
        }
        catch (ModelException e) when (e.ErrorId == "ModelConfigInvalid")
        {
            throw new ModelException(e.ErrorId, $"{e.Message} The config is '{configPath}'.", configPath, e);
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    /// <summary>Without pooling the first layer of the class vectors tells the size of the crops that it was trained with.</summary>
    private static long CountVectorFeatures(OrderedMap<string, Tensor> weights, string weightsPath)
    {
        foreach (var name in new[] { "head_layers.1.pre_classification0_fc.weight", "head_layers.1.ClassVectorsHead.weight" })
        {
            if (weights.TryGetValue(name, out var weight) && weight.dim() == 2)
            {
                return weight.shape[1];
            }
        }

        throw new ModelException("ModelWeightsMismatch", $"The weights of '{weightsPath}' have no class vectors.", weightsPath);
    }

    private static (string Folder, string WeightsPath) Locate(string path)
    {
        if (File.Exists(path))
        {
            var parent = Path.GetDirectoryName(path)!;
            return Path.GetExtension(path) switch
            {
                ".ckpt" or ".pth" or ".pt" or ".h5" => (parent, path),
                ".json" => (parent, FindWeights(parent, [LegacyModelFolder.WeightsName])),
                _ => (parent, FindWeights(parent, WeightNames)),
            };
        }

        return Directory.Exists(path)
            ? (path, FindWeights(path, [.. WeightNames, LegacyModelFolder.WeightsName]))
            : throw new ModelException("ModelNotFound", $"There is no model folder '{path}'.", path);
    }

    private static string FindWeights(string folder, string[] names) => FindFile(folder, names) ?? throw new ModelException(
        "ModelWeightsNotFound", $"The model folder '{folder}' has none of {string.Join(", ", names)}. Was its training stopped before the first epoch ended?", folder);

    private static string? FindFile(string folder, IEnumerable<string> names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
