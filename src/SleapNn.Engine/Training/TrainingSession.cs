using System.Diagnostics;
using System.Runtime.InteropServices;
using SleapNn.Augmentation;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>The loop: epochs of training steps and a validation each, and what they leave behind.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const string ProgressKey = "sleapnn_progress";
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    private readonly string folder;
    private readonly SleapConfig config;
    private readonly PoseModel model;
    private readonly IReadOnlyList<TrainingHead> heads;
    private readonly BatchLoader trainBatches;
    private readonly BatchLoader valBatches;
    private readonly Device device;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly AdamOptimizer optimizer;
    private readonly LearningRateSchedule schedule;
    private readonly EarlyStopping earlyStopping;
    private readonly CheckpointKeeper keeper;
    private readonly List<TrainingLogEntry> log = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long seed;
    private readonly int stepsPerEpoch;
    private TimeSpan nextReport;
    private LossMeter trainLosses = new();
    private long globalStep;
    private long firstStep;
    private int epoch;

    public TrainingSession(
        string folder,
        SleapConfig config,
        PoseModel model,
        IReadOnlyList<TrainingHead> heads,
        BatchLoader trainBatches,
        BatchLoader valBatches,
        Device device,
        IProgress<TrainingProgress>? progress)
    {
        (this.folder, this.config, this.model, this.heads) = (folder, config, model, heads);
        (this.trainBatches, this.valBatches, this.device, this.progress) = (trainBatches, valBatches, device, progress);
        var trainer = config.TrainerConfig;
        seed = trainer.Seed!.Value;
        stepsPerEpoch = trainer.TrainStepsPerEpoch!.Value;
        schedule = LearningRateSchedule.Create(trainer.LrScheduler, trainer.Optimizer.Lr, trainer.MaxEpochs);
        optimizer = new AdamOptimizer(model.parameters(), trainer.OptimizerName, schedule.LearningRate, trainer.Optimizer.Amsgrad);
        earlyStopping = new EarlyStopping(trainer.EarlyStopping);
        keeper = new CheckpointKeeper(folder, trainer.SaveCkpt ? trainer.ModelCkpt.SaveTopK : 0);
    }

    public void Dispose() => optimizer.Dispose();

    public TrainingRun Run(int trainSamples, int valSamples, CancellationToken token)
    {
        var end = TrainingEnd.MaxEpochs;
        firstStep = globalStep;
        try
        {
            for (; epoch < config.TrainerConfig.MaxEpochs; epoch++)
            {
                if (!RunEpoch(token))
                {
                    end = TrainingEnd.Stopped;
                    break;
                }

                if (earlyStopping.EndEpoch(log[^1].ValLoss))
                {
                    WriteEpoch();
                    epoch++;
                    end = TrainingEnd.EarlyStopping;
                    break;
                }

                WriteEpoch();
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            end = TrainingEnd.Stopped;
        }
        catch (ExternalException e) when (e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase))
        {
            throw OutOfMemory(e);
        }

        if (end == TrainingEnd.Stopped && config.TrainerConfig.SaveCkpt)
        {
            WriteCheckpoint(LastPath, epoch, epoch);
        }

        return new TrainingRun
        {
            Path = folder,
            ModelType = model.ModelType,
            End = end,
            Epochs = log.Count,
            BestEpoch = keeper.BestEpoch,
            BestLoss = double.IsFinite(keeper.BestLoss) ? keeper.BestLoss : double.NaN,
            Checkpoint = File.Exists(keeper.BestPath) ? keeper.BestPath : File.Exists(LastPath) ? LastPath : null,
            TrainSamples = trainSamples,
            ValSamples = valSamples,
            Duration = clock.Elapsed,
            Config = config,
        };
    }

    /// <summary>Takes over the state of a checkpoint that a run of this program wrote.</summary>
    public void Resume(string path)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFile.Read(path);
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

        if (checkpoint.Callbacks.TryGetValue(CheckpointKeeper.StateKey, out var kept) && kept is OrderedMap<object, object?> keptState)
        {
            keeper.FromState(keptState);
        }

        globalStep = checkpoint.GlobalStep;
        epoch = (int)checkpoint.Epoch + 1;
        if (checkpoint.Extra.TryGetValue(ProgressKey, out var state) && state is OrderedMap<object, object?> own)
        {
            epoch = own["epoch"] is long number ? (int)number : epoch;
            trainLosses = LossMeter.FromState(own["losses"]);
        }

        var logPath = Path.Combine(Path.GetDirectoryName(path)!, TrainingLog.FileName);
        if (File.Exists(logPath))
        {
            log.AddRange(TrainingLog.Read(logPath).Where(e => e.Epoch < epoch));
        }
    }

    private string LastPath => Path.Combine(folder, RunFolder.LastCheckpoint);

    // False where the user stopped it.
    private bool RunEpoch(CancellationToken token)
    {
        var started = clock.Elapsed;
        model.train();
        var done = globalStep - ((long)epoch * stepsPerEpoch);
        foreach (var batch in trainBatches.Take(globalStep, stepsPerEpoch - done, token))
        {
            using (batch)
            {
                trainLosses.Add(TrainStep(batch), (int)batch.Images.shape[0]);
            }

            globalStep++;
            Report("Training", ++done);
            if (token.IsCancellationRequested)
            {
                return false;
            }
        }

        var trained = clock.Elapsed;
        var val = Validate(token);
        var rate = optimizer.LearningRate;
        var entry = new TrainingLogEntry
        {
            Epoch = epoch,
            TrainLoss = trainLosses.Mean,
            ValLoss = val.Mean,
            LearningRate = rate,
            TrainSeconds = (trained - started).TotalSeconds,
            ValSeconds = (clock.Elapsed - trained).TotalSeconds,
            Other = ExtraColumns(trainLosses, val),
        };
        if (!double.IsFinite(entry.ValLoss))
        {
            throw NotFinite("validation", []);
        }

        log.Add(entry);
        trainLosses = new LossMeter();
        schedule.EndEpoch(entry.ValLoss);
        optimizer.LearningRate = schedule.LearningRate;
        return true;
    }

    private StepLosses TrainStep(Batch batch)
    {
        using var scope = NewDisposeScope();
        var here = batch.To(device);
        var images = ImageOps.Normalize(here.Images);
        if (config.DataConfig is { UseAugmentationsTrain: true, AugmentationConfig.Geometric: { MixupP: > 0 } mixup })
        {
            images = Mixup.Apply(images, mixup, new SeededRandom(seed, -2, globalStep));
        }

        // What layers draw at random (Swin drops whole paths) depends on the step only, so a resumed run repeats it.
        TorchRandom.Seed(unchecked((seed * 1_000_003) + globalStep));
        optimizer.ZeroGrad();
        var (loss, losses) = ComputeLosses(here, images);
        if (!double.IsFinite(losses.Total))
        {
            throw NotFinite("training", batch.Names);
        }

        loss.backward();
        optimizer.Step();
        return losses;
    }

    private LossMeter Validate(CancellationToken token)
    {
        model.eval();
        using var noGrad = no_grad();
        var meter = new LossMeter();
        foreach (var batch in valBatches.Take(0, valBatches.BatchesPerPass, token))
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var here = batch.To(device);
                meter.Add(ComputeLosses(here, ImageOps.Normalize(here.Images)).Losses, (int)batch.Images.shape[0]);
            }

            Report("Validating", stepsPerEpoch);
        }

        return meter;
    }

    private (Tensor Loss, StepLosses Losses) ComputeLosses(Batch batch, Tensor images)
    {
        var outputs = model.forward(images);
        Tensor? total = null;
        var named = new Dictionary<string, double>();
        foreach (var head in heads)
        {
            Tensor target;
            using (no_grad())
            {
                target = head.Target(batch);
            }

            var loss = head.Loss(outputs[head.Name], target);
            total = total is null ? loss * head.Weight : total + (loss * head.Weight);
            if (heads.Count > 1)
            {
                named[$"{head.LogName}_loss"] = loss.detach().to_type(ScalarType.Float32).item<float>();
            }

            if (head.Parts.Count > 0)
            {
                var parts = Losses.PerChannel(outputs[head.Name], target).cpu().data<float>().ToArray();
                for (var i = 0; i < parts.Length; i++)
                {
                    named[head.Parts[i]] = parts[i];
                }
            }
        }

        return (total!, new StepLosses(total!.detach().to_type(ScalarType.Float32).item<float>(), named));
    }

    // Parts have the columns of sleap-nn, which are those of training; heads have one of training and one of validation.
    private Dictionary<string, double> ExtraColumns(LossMeter train, LossMeter val)
    {
        var columns = new Dictionary<string, double>();
        foreach (var part in heads.SelectMany(h => h.Parts))
        {
            columns[part] = train.MeanOf(part);
        }

        foreach (var (prefix, meter) in new[] { ("train", train), ("val", val) })
        {
            foreach (var head in heads.Where(_ => heads.Count > 1))
            {
                columns[$"{prefix}_{head.LogName}_loss"] = meter.MeanOf($"{head.LogName}_loss");
            }
        }

        return columns;
    }

    private void WriteEpoch()
    {
        TrainingLog.Write(Path.Combine(folder, TrainingLog.FileName), log);
        var entry = log[^1];
        keeper.EndEpoch(epoch, entry.ValLoss, path => WriteCheckpoint(path, epoch, epoch + 1));
        if (config.TrainerConfig.SaveCkpt && config.TrainerConfig.ModelCkpt.SaveLast != false)
        {
            WriteCheckpoint(LastPath, epoch, epoch + 1);
        }

        progress?.Report(Now("Training", stepsPerEpoch, FormattableString.Invariant(
            $"Epoch {epoch + 1}/{config.TrainerConfig.MaxEpochs}: train loss {entry.TrainLoss:g4}, val loss {entry.ValLoss:g4}{(keeper.BestEpoch == epoch ? " (best)" : "")}, learning rate {entry.LearningRate:g3}, {entry.TrainSeconds + entry.ValSeconds:f1} s")));
    }

    private void WriteCheckpoint(string path, int atEpoch, int nextEpoch)
    {
        using var scope = NewDisposeScope();
        var weights = new OrderedMap<string, Tensor>();
        foreach (var (name, tensor) in model.GetStateDict())
        {
            weights[Checkpoint.ModelPrefix + name] = tensor;
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
                [CheckpointKeeper.StateKey] = keeper.ToState(),
                [EarlyStopping.StateKey] = earlyStopping.ToState(),
            },
            Extra = new OrderedMap<string, object?>
            {
                [ProgressKey] = new OrderedMap<object, object?>
                {
                    ["epoch"] = (long)nextEpoch,
                    ["losses"] = trainLosses.ToState(),
                },
            },
        };

        // Not disposed: its tensors are those of the model and the optimizer.
        CheckpointFile.Write(path, checkpoint);
    }

    private void Report(string activity, long step)
    {
        if (progress is not null && (clock.Elapsed >= nextReport || step == stepsPerEpoch))
        {
            nextReport = clock.Elapsed + ReportInterval;
            progress.Report(Now(activity, step, message: null));
        }
    }

    private TrainingProgress Now(string activity, long step, string? message)
    {
        var all = (long)config.TrainerConfig.MaxEpochs * stepsPerEpoch;
        var doneHere = globalStep - firstStep;
        return new TrainingProgress
        {
            Activity = activity,
            Message = message,
            Epoch = epoch + 1,
            MaxEpochs = config.TrainerConfig.MaxEpochs,
            Step = (int)step,
            StepsPerEpoch = stepsPerEpoch,
            TrainLoss = trainLosses.Count > 0 ? trainLosses.Mean : log.Count > 0 ? log[^1].TrainLoss : double.NaN,
            ValLoss = log.Count > 0 ? log[^1].ValLoss : double.NaN,
            BestValLoss = double.IsFinite(keeper.BestLoss) ? keeper.BestLoss : double.NaN,
            LearningRate = optimizer.LearningRate,
            PercentComplete = Math.Min(100, 100.0 * globalStep / Math.Max(all, 1)),
            Remaining = doneHere > 0 ? clock.Elapsed / doneHere * (all - globalStep) : null,
        };
    }

    private TrainingException NotFinite(string part, IReadOnlyList<string> names)
    {
        var where = names.Count == 0 ? "" : $" at step {globalStep}, on {string.Join("; ", names)}";
        var kept = File.Exists(keeper.BestPath) ? $" The best checkpoint until then is '{keeper.BestPath}'." : "";
        return new TrainingException(
            "TrainingLossNotFinite",
            $"The {part} loss became infinite or not a number in epoch {epoch}{where}. Look at these frames' labels, or use a smaller learning rate (trainer_config.optimizer.lr).{kept}",
            names.Count == 0 ? folder : names);
    }

    private TrainingException OutOfMemory(Exception inner)
    {
        var batch = config.TrainerConfig.TrainDataLoader.BatchSize;
        var advice = batch > 1 ? $"Set trainer_config.train_data_loader.batch_size to {Math.Max(1, batch / 2)}" : "Use smaller images (data_config.preprocessing.scale)";
        return new TrainingException(
            "TrainingOutOfMemory",
            $"The device {device} ran out of memory at a batch size of {batch}: {inner.Message.Split('\n')[0]} {advice}, or a smaller model.",
            folder,
            inner);
    }
}
