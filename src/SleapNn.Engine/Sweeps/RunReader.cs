using System.Collections;
using System.Collections.Specialized;
using SleapNn.Configuration;
using SleapNn.Evaluation;
using SleapNn.Training;

namespace SleapNn.Sweeps;

/// <summary>Reads runs from their folders and finds in what they differ.</summary>
public static class RunReader
{
    // Where a run is and what it is called says nothing about it.
    private static readonly string[] Ignored =
    [
        "trainer_config.run_name", "trainer_config.ckpt_dir", "trainer_config.save_ckpt_path", "trainer_config.save_ckpt", "trainer_config.resume_ckpt_path",
        "trainer_config.enable_progress_bar", "name", "description", "filename", "sleap_nn_version",
    ];

    private static readonly string[] Metrics = ["metrics.val.0.npz", "val_0_pred_metrics.npz", "val_pred_metrics.npz", "metrics.val.npz"];

    /// <summary>The folders of runs in a folder, or the folder itself where it is one of a run.</summary>
    /// <param name="folder">A folder.</param>
    /// <param name="recurse">Whether to look below its subfolders.</param>
    /// <returns>Full paths, in the order of their names.</returns>
    public static IReadOnlyList<string> Find(string folder, bool recurse = false)
    {
        var full = Path.GetFullPath(folder);
        if (RunFolder.HoldsRun(full))
        {
            return [full];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = recurse, IgnoreInaccessible = true };
        return [.. Directory.EnumerateDirectories(full, "*", options).Where(RunFolder.HoldsRun).Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>The run.</returns>
    /// <exception cref="SleapException">There is no run (RunNotFound), or its configuration or log cannot be read.</exception>
    public static SleapRun Read(string folder)
    {
        var configPath = new[] { RunFolder.InitialConfig, RunFolder.TrainingConfig }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new TrainingException("RunNotFound", $"There is no run in '{folder}': it has neither {RunFolder.InitialConfig} nor {RunFolder.TrainingConfig}.", folder);
        var config = ConfigFile.Load(configPath);
        var log = File.Exists(Path.Combine(folder, TrainingLog.FileName)) ? TrainingLog.Read(folder) : [];
        var best = log.Where(entry => double.IsFinite(entry.ValLoss)).MinBy(entry => entry.ValLoss);
        var metrics = Metrics.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        var (state, error) = RunStateFile.Read(folder) ?? (Guess(config, log, best, metrics), null);
        return new SleapRun
        {
            Path = folder,
            State = state,
            Error = error,
            ModelType = config.ModelConfig.HeadConfigs.GetActiveName(),
            Backbone = config.ModelConfig.BackboneConfig.GetActiveName(),
            Epochs = log.Count,
            MaxEpochs = config.TrainerConfig.MaxEpochs,
            BestEpoch = best?.Epoch ?? -1,
            BestLoss = best?.ValLoss ?? double.NaN,
            LastLoss = log.Count > 0 ? log[^1].ValLoss : double.NaN,
            TrainLoss = log.Count > 0 ? log[^1].TrainLoss : double.NaN,
            Duration = TimeSpan.FromSeconds(log.Sum(entry => Known(entry.TrainSeconds) + Known(entry.ValSeconds))),
            Started = File.GetLastWriteTime(configPath),
            Metrics = metrics is null ? null : MetricsFile.Load(metrics),
            Checkpoint = new[] { "best.ckpt", RunFolder.LastCheckpoint }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists),
            Config = config,
        };
    }

    /// <summary>A run in a folder as <c>Start-SleapTraining</c> returns it.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>The run; where it is neither finished nor pruned, as one that was stopped.</returns>
    /// <exception cref="SleapException">There is no run, or its configuration or log cannot be read.</exception>
    public static TrainingRun ReadOutcome(string folder)
    {
        var run = Read(folder);
        var complete = Path.Combine(folder, RunFolder.TrainingConfig);
        var config = File.Exists(complete) ? ConfigFile.Load(complete) : run.Config;
        var log = run.Epochs > 0 ? TrainingLog.Read(folder) : [];
        var best = MonitoredQuantity.BestOf(log, config.TrainerConfig.ModelCkpt);
        var (train, val) = RunStateFile.ReadSamples(folder);
        return new TrainingRun
        {
            Path = folder,
            ModelType = run.ModelType ?? "",
            End = run.State switch
            {
                SleapRunState.Finished => run.Epochs >= run.MaxEpochs ? TrainingEnd.MaxEpochs : TrainingEnd.EarlyStopping,
                SleapRunState.Pruned => TrainingEnd.Pruned,
                _ => TrainingEnd.Stopped,
            },
            Epochs = run.Epochs,
            BestEpoch = best?.Epoch ?? -1,
            BestLoss = best?.ValLoss ?? double.NaN,
            Checkpoint = run.Checkpoint,
            TrainSamples = train,
            ValSamples = val,
            Duration = run.Duration,
            Config = config,
        };
    }

    /// <summary>Fills in what tells runs apart.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>The paths in which their configurations differ, with the shortest names that tell them apart.</returns>
    public static IReadOnlyList<(string Path, string Name)> Compare(IReadOnlyList<SleapRun> runs)
    {
        var (columns, differences) = Tell([.. runs.Select(run => run.Config)]);
        for (var i = 0; i < runs.Count; i++)
        {
            runs[i].Differences = differences[i].Values;
            runs[i].Label = differences[i].Label ?? runs[i].Name;
        }

        return columns;
    }

    /// <summary>The paths in which configurations differ.</summary>
    /// <param name="configs">The configurations.</param>
    /// <returns>Paths, with the shortest names that tell them apart.</returns>
    public static IReadOnlyList<(string Path, string Name)> Columns(IReadOnlyList<SleapConfig> configs) => Tell(configs).Columns;

    /// <summary>Finds what tells configurations apart.</summary>
    /// <param name="configs">The configurations.</param>
    /// <returns>The paths in which they differ with the shortest names that tell them apart, and for each its values by path and on one line, null where there are none.</returns>
    internal static (IReadOnlyList<(string Path, string Name)> Columns, IReadOnlyList<(IReadOnlyDictionary<string, object?> Values, string? Label)> Differences) Tell(
        IReadOnlyList<SleapConfig> configs)
    {
        var flat = configs.Select(Flat).ToList();
        var paths = flat.SelectMany(values => values.Keys.Cast<string>()).Distinct().Where(path => !Ignored.Contains(path) && Differs(flat, path)).ToList();
        var names = RunNames.Keys(paths);
        var differences = flat.ConvertAll(values =>
        {
            var known = paths.Zip(names).Where(pair => values.Contains(pair.First)).ToList();
            return (
                (IReadOnlyDictionary<string, object?>)known.ToDictionary(pair => pair.First, pair => values[pair.First]),
                known.Count == 0 ? null : string.Join(", ", known.Select(pair => $"{pair.Second}={RunNames.Text(values[pair.First])}")));
        });
        return ([.. paths.Zip(names)], differences);
    }

    /// <summary>The keys in which a configuration differs from that of a run, but for where the run is and what it is called.</summary>
    /// <param name="run">The run.</param>
    /// <param name="config">The configuration.</param>
    /// <returns>Dotted paths.</returns>
    public static IReadOnlyList<string> DifferencesTo(SleapRun run, SleapConfig config) =>
        [.. ConfigComparer.Compare(run.Config, config).Select(difference => difference.Path).Where(path => !Ignored.Contains(path) && path != "trainer_config.wandb.api_key")];

    private static bool Differs(List<OrderedDictionary> flat, string path)
    {
        var values = flat.Where(map => map.Contains(path)).Select(map => map[path]).ToList();
        return values.Count > 1 && values.Skip(1).Any(value => !ConfigMap.AreEqual(value, values[0]));
    }

    // Of backbones and heads, the kind is one value, and the keys are those of the kind: other kinds' are not compared.
    private static OrderedDictionary Flat(SleapConfig config)
    {
        var flat = ConfigMap.Flatten(ConfigMap.Of(config, forFile: true));
        var model = config.ModelConfig;
        foreach (var kind in model.BackboneConfig.GetKeyNames().Select(name => $"model_config.backbone_config.{name}").Concat(model.HeadConfigs.GetKeyNames().Select(name => $"model_config.head_configs.{name}")))
        {
            flat.Remove(kind);
        }

        flat["model_config.backbone_config"] = model.BackboneConfig.GetActiveName();
        flat["model_config.head_configs"] = model.HeadConfigs.GetActiveName();
        return flat;
    }

    // Runs of sleap-nn have no file that says how they ended.
    private static SleapRunState Guess(SleapConfig config, IReadOnlyList<TrainingLogEntry> log, TrainingLogEntry? best, string? metrics)
    {
        var trainer = config.TrainerConfig;
        var plateau = trainer.EarlyStopping.StopTrainingOnPlateau && best is not null && log[^1].Epoch - best.Epoch >= trainer.EarlyStopping.Patience;
        return metrics is not null || log.Count >= trainer.MaxEpochs || plateau ? SleapRunState.Finished : SleapRunState.Stopped;
    }

    private static double Known(double seconds) => double.IsFinite(seconds) ? seconds : 0;
}
