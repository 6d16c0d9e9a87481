using SleapNn.Configuration;
using SleapNn.Evaluation;
using SleapNn.Inference;
using SleapNn.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Describes model folders.</summary>
public static class ModelInspector
{
    private static readonly string[] ConfigNames = ["training_config.yaml", "training_config.yml", LegacyModelFolder.ConfigName];

    /// <summary>Describes a model. Its weights are read, so that damage shows; its network is then run on a small black image to measure it.</summary>
    /// <param name="path">A model folder, or a file in one.</param>
    /// <param name="batchSize">The batch size that shapes and memory are for.</param>
    /// <param name="inputSize">Height and width of the images that reach the network; null takes them from the config.</param>
    /// <param name="problems">Takes what is wrong with the folder though it can be described; null where nobody wants to know.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ModelException">There is no model, or no network can be built from its config.</exception>
    /// <exception cref="ConfigException">The config cannot be read.</exception>
    public static SleapModel Inspect(string path, int batchSize = 4, (int HeightPx, int WidthPx)? inputSize = null, ICollection<SleapException>? problems = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        Runtime.NativeLibraries.EnsureLoaded();
        var found = new List<SleapException>();
        using var loaded = Load(Path.GetFullPath(path), found);
        var (model, config) = (loaded.Model, loaded.Config);
        var size = inputSize is { } given
            ? (ModelInput.PaddedTo(given.HeightPx, model.MaxStride), ModelInput.PaddedTo(given.WidthPx, model.MaxStride))
            : ModelInput.SizeOf(config, model.MaxStride);
        var training = ReadTraining(loaded.Folder, found);
        var isLegacy = Path.GetExtension(loaded.ConfigPath) == ".json";

        // SLEAP's own metrics files hold Python objects of SLEAP, which are not read.
        var metrics = isLegacy ? [] : ReadMetrics(loaded.Folder, found);
        var measure = size is { } known ? NetworkMeasure.Of(model, config.TrainerConfig, known) : null;
        found.ForEach(problem => problems?.Add(problem));
        // Arrays, since PowerShell cannot index the read-only lists that collection expressions make.
        return new SleapModel
        {
            Path = loaded.Folder,
            Format = isLegacy ? "SLEAP 1.x" : "sleap-nn",
            ModelType = model.ModelType,
            Backbone = model.BackboneName,
            Heads = model.Heads.Select(head => Describe(head, model.Config.HeadConfigs, measure is null ? null : [batchSize, .. measure.OutputShapes[head.Name][1..]])).ToArray(),
            InChannels = model.InChannels,
            MaxStride = model.MaxStride,
            ReceptiveFieldPx = ReceptiveField.Of(model.Config.BackboneConfig.GetActive()!),
            Parts = PartsOf(model),
            BatchSize = batchSize,
            InputShape = size is { } input ? new long[] { batchSize, model.InChannels, input.Item1, input.Item2 } : null,
            InferenceBytes = measure?.InferenceBytes(batchSize),
            TrainingBytes = measure?.TrainingBytes(batchSize),
            Skeleton = SkeletonOf(config),
            Checkpoint = loaded.WeightsPath,
            CheckpointEpoch = loaded.Epoch,
            ConfigPath = loaded.ConfigPath,
            Config = config,
            Training = training,
            Metrics = metrics,
            Problems = found.Select(problem => problem.Message).ToArray(),
        };
    }

    private static LoadedModel Load(string path, List<SleapException> problems)
    {
        try
        {
            var folder = ModelFolder.Load(path);
            return new LoadedModel(folder.Folder, folder.ConfigPath, folder.WeightsPath, folder.IsLegacy ? null : folder.Epoch, folder.Config, folder.Model);
        }
        catch (ModelException e) when (e.ErrorId is not ("ModelNotFound" or "ModelConfigNotFound" or "ModelConfigInvalid"))
        {
            // The weights are missing, damaged or of another model: the config still tells what model it should be.
            var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
            if (ConfigNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is not { } configPath)
            {
                throw new ModelException("ModelConfigNotFound", $"'{folder}' is no model folder: it has no training_config.yaml. {e.Message}", folder, e);
            }

            problems.Add(e);
            var isLegacy = Path.GetExtension(configPath) == ".json";
            var config = isLegacy ? LegacyConfig.Load(configPath) : ConfigFile.Load(configPath);
            var inputSize = ModelInput.SizeOf(config, config.ModelConfig.BackboneConfig.GetActive()?.MaxStride ?? 1);
            var model = PoseModel.Create(config.ModelConfig, config.DataConfig.Skeletons?.FirstOrDefault(), inputSize: inputSize);
            model.eval();
            return new LoadedModel(folder, configPath, null, null, config, model);
        }
    }

    private static List<ModelPart> PartsOf(PoseModel model)
    {
        var counts = new Dictionary<string, long>();
        foreach (var (name, parameter) in model.named_parameters())
        {
            var part = PartOf(name, model.Heads);
            counts[part] = counts.GetValueOrDefault(part) + parameter.numel();
        }

        return [.. new[] { "stem", "encoder", "middle", "decoder" }.Concat(model.Heads.Select(head => head.Name))
            .Where(counts.ContainsKey).Select(part => new ModelPart(part, counts[part]))];
    }

    private static string PartOf(string name, IReadOnlyList<PoseHead> heads) => name.Split('.') switch
    {
        ["head_layers", var index, ..] => heads[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)].Name,
        ["backbone", "stem", ..] or ["backbone", "enc", "features", "0", ..] => "stem",
        ["backbone", "middle_blocks", ..] => "middle",
        ["backbone", "decoders" or "dec", ..] => "decoder",
        _ => "encoder",
    };

    private static ModelHead Describe(PoseHead head, HeadConfigs heads, long[]? outputShape) => new()
    {
        Name = head.Name,
        Layer = head.Layer,
        OutputStride = head.OutputStride,
        Channels = head.Channels,
        Items = ItemsOf(head.Kind, heads),
        OutputShape = outputShape,
    };

    private static List<string> ItemsOf(PoseHeadKind kind, HeadConfigs heads) => kind switch
    {
        PoseHeadKind.PartAffinityFields => [.. heads.Bottomup!.Pafs.Edges!.Select(edge => string.Join('-', edge))],
        PoseHeadKind.ClassMaps => heads.MultiClassBottomup!.ClassMaps.Classes!,
        PoseHeadKind.ClassVectors => heads.MultiClassTopdown!.ClassVectors.Classes!,
        _ => heads switch
        {
            { SingleInstance.Confmaps.PartNames: { } names } => names,
            { CenteredInstance.Confmaps.PartNames: { } names } => names,
            { Bottomup.Confmaps.PartNames: { } names } => names,
            { MultiClassBottomup.Confmaps.PartNames: { } names } => names,
            { MultiClassTopdown.Confmaps.PartNames: { } names } => names,
            _ => [],
        },
    };

    private static Skeleton? SkeletonOf(SleapConfig config)
    {
        try
        {
            return ModelSkeleton.Of(config);
        }
        catch (PredictionException)
        {
            // Centroid models need none.
            return null;
        }
    }

    private static ModelTraining? ReadTraining(string folder, List<SleapException> problems)
    {
        if (!File.Exists(Path.Combine(folder, TrainingLog.FileName)))
        {
            return null;
        }

        try
        {
            return Summarize(TrainingLog.Read(folder));
        }
        catch (TrainingException e)
        {
            problems.Add(e);
            return null;
        }
    }

    private static ModelTraining? Summarize(IReadOnlyList<TrainingLogEntry> epochs)
    {
        if (epochs.Count == 0)
        {
            return null;
        }

        var best = epochs.Where(e => double.IsFinite(LossOf(e))).MinBy(LossOf);
        var seconds = epochs.SelectMany(e => new[] { e.TrainSeconds, e.ValSeconds }).Where(double.IsFinite).ToList();
        var timed = epochs.Count(e => double.IsFinite(e.TrainSeconds));
        return new ModelTraining
        {
            Epochs = epochs.Count,
            BestEpoch = best?.Epoch ?? -1,
            BestLoss = best is null ? double.NaN : LossOf(best),
            LastTrainLoss = epochs[^1].TrainLoss,
            LastValLoss = epochs[^1].ValLoss,
            Duration = timed > 0 ? TimeSpan.FromSeconds(seconds.Sum()) : null,
            EpochDuration = timed > 0 ? TimeSpan.FromSeconds(seconds.Sum() / timed) : null,
        };

        static double LossOf(TrainingLogEntry epoch) => double.IsNaN(epoch.ValLoss) ? epoch.TrainLoss : epoch.ValLoss;
    }

    private static List<SavedMetrics> ReadMetrics(string folder, List<SleapException> problems)
    {
        var metrics = new List<SavedMetrics>();
        foreach (var file in Directory.GetFiles(folder, "*metrics*.npz").Order(StringComparer.Ordinal))
        {
            try
            {
                metrics.Add(MetricsFile.Load(file));
            }
            catch (EvaluationException e)
            {
                problems.Add(e);
            }
        }

        return metrics;
    }

    private sealed record LoadedModel(string Folder, string ConfigPath, string? WeightsPath, long? Epoch, SleapConfig Config, PoseModel Model) : IDisposable
    {
        public void Dispose() => Model.Dispose();
    }
}
