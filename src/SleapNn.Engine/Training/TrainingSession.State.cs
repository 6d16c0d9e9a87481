using System.Runtime.InteropServices;
using SleapNn.Checkpoints;
using SleapNn.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

// What is kept of a run, how it is taken up again, and what is said when that fails.
internal sealed partial class TrainingSession
{
    private const string ProgressKey = "sleapnn_progress";

    /// <summary>Whether a checkpoint was written after an epoch's last step, rather than when someone stopped the run within one.</summary>
    public static bool IsEndOfEpoch(Checkpoint checkpoint) =>
        !(checkpoint.Extra.TryGetValue(ProgressKey, out var state) && state is OrderedMap<object, object?> own)
        || (own.TryGetValue("epoch", out var next) && next is long number && number == checkpoint.Epoch + 1);

    /// <summary>Takes over the state of a checkpoint that a run of this program wrote.</summary>
    public void Resume(string path)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = RunFolder.ReadCheckpoint(path);
        model.LoadStateDict(checkpoint.WeightsUnder(Checkpoint.ModelPrefix), path);
        if (checkpoint.OptimizerStates.Count > 0)
        {
            optimizer.FromState(checkpoint.OptimizerStates[0], path);
        }

        if (checkpoint.LrSchedulers.Count > 0 && checkpoint.LrSchedulers[0] is OrderedMap<object, object?> scheduleState)
        {
            schedule.FromState(scheduleState);
            optimizer.LearningRate = schedule.LearningRate;
        }

        if (checkpoint.Callbacks.TryGetValue(EarlyStopping.StateKey, out var stopping) && stopping is OrderedMap<object, object?> stoppingState)
        {
            earlyStopping.FromState(stoppingState);
        }

        if (checkpoint.Callbacks.TryGetValue(keeper.StateKey, out var kept) && kept is OrderedMap<object, object?> keptState)
        {
            keeper.FromState(keptState, path);
        }

        globalStep = checkpoint.GlobalStep;
        epoch = (int)checkpoint.Epoch + 1;
        if (checkpoint.Extra.TryGetValue(ProgressKey, out var state) && state is OrderedMap<object, object?> own)
        {
            epoch = own["epoch"] is long number ? (int)number : epoch;
            trainLosses = LossMeter.FromState(own["losses"]);
            initialRate = own.TryGetValue("initial_learning_rate", out var rate) && rate is double began ? began : initialRate;

            // An epoch may have had another number of steps, with more devices or fewer.
            stepInEpoch = own.TryGetValue("step_in_epoch", out var done) && done is long steps ? Math.Min(steps, stepsPerEpoch) : Math.Clamp(globalStep - ((long)epoch * stepsPerEpoch), 0, stepsPerEpoch);
        }

        if (checkpoint.LrSchedulers.Count == 0)
        {
            schedule.GoOn(optimizer.LearningRate, epoch);
        }

        if (initialRate != config.TrainerConfig.Optimizer.Lr)
        {
            Warn(FormattableString.Invariant($"The run goes on with its own learning rate: it began with {initialRate:g4}, and trainer_config.optimizer.lr of {config.TrainerConfig.Optimizer.Lr:g4} counts for new runs only. To train these weights with another rate, name '{path}' in model_config.pretrained_backbone_weights and pretrained_head_weights of a new run."));
        }

        replicas.CopyWeights();

        var beside = Path.GetDirectoryName(path)!;
        var logs = new[] { TrainingLog.FileName, TrainingLog.BesideFileName }.Select(name => Path.Combine(beside, name)).Where(File.Exists).Select(TrainingLog.Read).ToList();
        log.AddRange((logs.MaxBy(one => one.Count) ?? []).Where(e => e.Epoch < epoch));
        if (logs.Count == 0 && epoch > 0)
        {
            Warn(FormattableString.Invariant($"There is no '{Path.Combine(beside, TrainingLog.FileName)}': the log of the run begins with epoch {epoch}."));
        }
    }

    private void WriteCheckpoint(string path, int atEpoch, int nextEpoch)
    {
        using var scope = NewDisposeScope();
        var weights = new OrderedMap<string, Tensor>();
        foreach (var (name, tensor) in model.GetStateDict())
        {
            weights[Checkpoint.ModelPrefix + name] = tensor;
            if (!tensor.isfinite().all().item<bool>())
            {
                throw WeightsNotFinite(name);
            }
        }

        var scheduleState = schedule.ToState();
        var checkpoint = new Checkpoint
        {
            StateDict = weights,
            Epoch = atEpoch,
            GlobalStep = globalStep,
            OptimizerStates = [optimizer.ToState()],
            LrSchedulers = scheduleState.Count > 0 ? [scheduleState] : [],
            Callbacks = new OrderedMap<object, object?>
            {
                [keeper.StateKey] = keeper.ToState(),
                [EarlyStopping.StateKey] = earlyStopping.ToState(),
            },
            Extra = new OrderedMap<string, object?>
            {
                [ModelFolder.CropFormKey] = model.Crops.ToString().ToLowerInvariant(),
                [ProgressKey] = new OrderedMap<object, object?>
                {
                    ["epoch"] = (long)nextEpoch,
                    ["step_in_epoch"] = stepInEpoch,
                    ["initial_learning_rate"] = initialRate,
                    ["losses"] = trainLosses.ToState(),
                },
            },
        };

        // Not disposed: its tensors are those of the model and the optimizer.
        CheckpointFile.Write(path, checkpoint);
    }

    private double MonitorOf(TrainingLogEntry entry) => MonitoredQuantity.Of(entry, config.TrainerConfig.ModelCkpt.Monitor);

    private void RequireKnownMonitor()
    {
        var monitor = config.TrainerConfig.ModelCkpt.Monitor;
        string[] known = ["val/loss", "val_loss", "train/loss", "train_loss", .. ExtraColumns(new LossMeter(), new LossMeter()).Keys, .. evaluation?.Columns ?? []];
        if (!known.Contains(monitor))
        {
            throw new TrainingException(
                "TrainingMonitorUnknown",
                $"The best checkpoint cannot be chosen by '{monitor}' (trainer_config.model_ckpt.monitor): the log of this run has no such column. Use one of {string.Join(", ", known)}{(evaluation is null ? ", or turn on trainer_config.eval for those that begin with eval/val" : "")}.",
                monitor);
        }
    }

    // A full disk or a folder that cannot be written to any more ends the run; what is there stays whole.
    private void Save(Action write)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, RunFolder.TrainingConfig)))
            {
                Warn($"The run's folder '{folder}' was removed or emptied while it is trained in. It is made anew, and holds what is saved from now on.");
                writeStart();
            }

            write();
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw WriteFailure.Of(e, folder, FormattableString.Invariant($"in epoch {epoch}"));
        }
    }

    private void WriteShown()
    {
        WriteShown(TrainingLog.FileName, path =>
        {
            TrainingLog.Write(path, log);
            FileRemoval.Try(Path.Combine(folder, TrainingLog.BesideFileName));
        });
        WriteShown(LossCurve.FileName, path =>
        {
            using var curve = LossCurve.Draw(log, keeper.BestEpoch);
            curve.Save(path);
        });
    }

    // Someone may look at it in a program that keeps it open (Excel does), which is no reason to end a run on Windows.
    private void WriteShown(string name, Action<string> write)
    {
        var path = Path.Combine(folder, name);
        try
        {
            write(path);
            outdated.Remove(name);
        }
        catch (FileInUseException)
        {
            if (outdated.Add(name))
            {
                Warn($"'{path}' is open in another program, and cannot be written after this epoch. Training goes on, and it is tried again after each epoch: close it there.");
            }
        }
    }

    // What is still open at the end goes beside it, so that nothing of the run is lost.
    private void WriteOutdated()
    {
        if (outdated.Count > 0)
        {
            WriteShown();
        }

        if (outdated.Contains(TrainingLog.FileName))
        {
            var (path, beside) = (Path.Combine(folder, TrainingLog.FileName), Path.Combine(folder, TrainingLog.BesideFileName));
            TrainingLog.Write(beside, log);
            Warn($"'{path}' is open in another program, so that its last epochs are only in '{beside}'. Close it there, and put that file in its place.");
        }
    }

    private void Warn(string message) => progress?.Report(new TrainingProgress { Activity = "Training", Message = message, IsWarning = true });

    private string KeptCheckpoint => RunFolder.CheckpointToResume(folder) is { } path ? $" The last good checkpoint is '{path}'." : "";

    // Not every such weight shows in the loss: an activation may hide it.
    private TrainingException WeightsNotFinite(string name) => new(
        "TrainingWeightsNotFinite",
        $"The weights '{name}' became infinite or not a number in epoch {epoch} by step {globalStep}, so they are not saved. Use a smaller learning rate (trainer_config.optimizer.lr).{KeptCheckpoint}",
        name);

    private TrainingException NotFinite(string part, IReadOnlyList<string> names)
    {
        return new TrainingException(
            "TrainingLossNotFinite",
            $"The {part} loss became infinite or not a number in epoch {epoch} at step {globalStep}, on {string.Join("; ", names)}. Look at these frames' labels, or use a smaller learning rate (trainer_config.optimizer.lr).{KeptCheckpoint}",
            names);
    }

    internal static bool IsOutOfMemory(Exception e) =>
        e is OutOfMemoryException || (e is ExternalException && e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase));

    private TrainingException OutOfMemory(Exception inner) =>
        OutOfMemory(inner, config.TrainerConfig.TrainDataLoader.BatchSize, config.DataConfig.Preprocessing.Scale, string.Join(", ", replicas.Devices.Select(device => device.ToString()).Distinct()), folder);

    /// <summary>The error of a run whose device has too little memory.</summary>
    internal static TrainingException OutOfMemory(Exception inner, int batch, double scale, string device, string folder)
    {
        var smaller = Math.Round(scale * 0.7, 2);

        // What torch says of its own source before is of no use to the user.
        var cause = inner.Message.Split('\n')[0].TrimEnd('.');
        cause = cause[Math.Max(0, cause.IndexOf("you tried to allocate", StringComparison.Ordinal))..];
        var advice = batch > 1
            ? $"Set trainer_config.train_data_loader.batch_size to {batch / 2}{(batch > 3 ? " (or 1 at the least)" : "")}"
            : $"Use smaller images: data_config.preprocessing.scale of {FormattableString.Invariant($"{smaller}")} needs half the memory";
        return new TrainingException(
            "TrainingOutOfMemory",
            $"The device {device} ran out of memory at a batch size of {batch}: {cause}. {advice}, or use a smaller model (fewer filters). What was saved until then stays in '{folder}'.",
            folder,
            inner);
    }
}
