using System.Diagnostics;
using System.Runtime.InteropServices;
using SleapNn.Augmentation;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using SleapNn.Training.Watching;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>The loop: epochs of training steps and a validation each, and what they leave behind.</summary>
internal sealed partial class TrainingSession : IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan GiveBackInterval = TimeSpan.FromSeconds(10);

    private readonly string folder;
    private readonly Action writeStart;
    private readonly SleapConfig config;
    private readonly PoseModel model;
    private readonly ModelReplicas replicas;
    private readonly IReadOnlyList<TrainingHead> heads;
    private readonly BatchLoader trainBatches;
    private readonly BatchLoader valBatches;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly IReadOnlyList<IRunObserver> observers;
    private readonly EpochPictures? pictures;
    private readonly EpochEvaluation? evaluation;
    private readonly AdamOptimizer optimizer;
    private readonly LearningRateSchedule schedule;
    private readonly RunProfiler? profiler;
    private readonly EarlyStopping earlyStopping;
    private readonly CheckpointKeeper keeper;
    private readonly List<TrainingLogEntry> log = [];
    private readonly HashSet<string> outdated = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long seed;
    private readonly int stepsPerEpoch;
    private TimeSpan nextReport;
    private TimeSpan nextGiveBack;
    private LossMeter trainLosses = new();
    private double initialRate;
    private long globalStep;
    private long firstStep;
    private long stepInEpoch;
    private int epoch;

    public TrainingSession(
        string folder,
        Action writeStart,
        SleapConfig config,
        ModelReplicas replicas,
        IReadOnlyList<TrainingHead> heads,
        BatchLoader trainBatches,
        BatchLoader valBatches,
        int stepsPerEpoch,
        IProgress<TrainingProgress>? progress,
        IReadOnlyList<IRunObserver> observers,
        EpochPictures? pictures,
        EpochEvaluation? evaluation)
    {
        (this.observers, this.pictures, this.evaluation) = (observers, pictures, evaluation);
        (this.folder, this.writeStart, this.config, this.replicas, this.heads) = (folder, writeStart, config, replicas, heads);
        (this.trainBatches, this.valBatches, this.stepsPerEpoch, this.progress) = (trainBatches, valBatches, stepsPerEpoch, progress);
        model = replicas.Models[0];
        var trainer = config.TrainerConfig;
        profiler = RunProfiler.Of(trainer.Profiler);
        seed = trainer.Seed!.Value;
        initialRate = trainer.Optimizer.Lr;
        schedule = LearningRateSchedule.Create(trainer.LrScheduler, trainer.Optimizer.Lr, trainer.MaxEpochs);
        optimizer = new AdamOptimizer(model.parameters(), trainer.OptimizerName, schedule.LearningRate, trainer.Optimizer.Amsgrad);
        earlyStopping = new EarlyStopping(trainer.EarlyStopping);
        var ckpt = trainer.ModelCkpt;
        keeper = new CheckpointKeeper(folder, trainer.SaveCkpt ? ckpt.SaveTopK : 0, ckpt.Monitor, ckpt.Mode == "max");
        RequireKnownMonitor();
    }

    /// <summary>Whether one who watches asked to stop: the last epoch was ended early, and the run is to be evaluated as one that ended by itself.</summary>
    public bool IsStoppedByObserver { get; private set; }

    public void Dispose() => optimizer.Dispose();

    public TrainingRun Run(int trainSamples, int valSamples, int? stopAfterEpochs, CancellationToken token)
    {
        var (end, isPaused) = (TrainingEnd.MaxEpochs, false);
        firstStep = globalStep;
        try
        {
            foreach (var observer in observers)
            {
                observer.Started(Result(end, trainSamples, valSamples), epoch);
            }

            while (epoch < config.TrainerConfig.MaxEpochs)
            {
                if (earlyStopping.IsOver)
                {
                    end = TrainingEnd.EarlyStopping;
                    break;
                }

                if (!RunEpoch(token))
                {
                    end = TrainingEnd.Stopped;
                    break;
                }

                WriteEpoch();
                GiveMemoryBack();
                epoch++;
                if (IsStoppedByObserver || (epoch >= stopAfterEpochs && epoch < config.TrainerConfig.MaxEpochs && !earlyStopping.IsOver))
                {
                    (end, isPaused) = (TrainingEnd.Stopped, true);
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            end = TrainingEnd.Stopped;
        }
        catch (Exception e) when (IsOutOfMemory(e))
        {
            throw OutOfMemory(e);
        }

        Save(WriteOutdated);
        if (end == TrainingEnd.Stopped && config.TrainerConfig.SaveCkpt)
        {
            if (!isPaused)
            {
                RequireLossAfterLastStep();
            }

            // Where it pauses between two epochs, it is the state at the end of the former.
            Save(() => WriteCheckpoint(LastPath, isPaused ? epoch - 1 : epoch, epoch));
        }

        return Result(end, trainSamples, valSamples);
    }

    /// <summary>The run as far as it has come.</summary>
    public TrainingRun Result(TrainingEnd end, int trainSamples, int valSamples) => new()
    {
        Path = folder,
        ModelType = model.ModelType,
        End = end,
        Epochs = log.Count,
        BestEpoch = keeper.BestEpoch,
        BestLoss = log.Find(e => e.Epoch == keeper.BestEpoch)?.ValLoss ?? double.NaN,
        Checkpoint = File.Exists(keeper.BestPath) ? keeper.BestPath : File.Exists(LastPath) ? LastPath : null,
        TrainSamples = trainSamples,
        ValSamples = valSamples,
        Duration = clock.Elapsed,
        StepsPerEpoch = stepsPerEpoch,
        Devices = [.. replicas.Devices.Select(device => device.ToString())],
        Config = config,
    };

    // Swin drops whole paths; runs side by side would draw from each other's numbers.
    private bool DrawsInLayers => config.ModelConfig.BackboneConfig.Swint is not null;

    private string LastPath => Path.Combine(folder, RunFolder.LastCheckpoint);

    // False where the user stopped it at once.
    private bool RunEpoch(CancellationToken token)
    {
        var started = clock.Elapsed;
        replicas.Train(true);
        foreach (var batch in Timed("get_train_batch", trainBatches.Take(globalStep, stepsPerEpoch - stepInEpoch, token)))
        {
            using (batch)
            {
                var losses = TrainStep(batch);
                trainLosses.Add(losses, batch.Count);
                globalStep++;
                stepInEpoch++;
                foreach (var observer in observers)
                {
                    observer.StepEnded(epoch, globalStep, losses.Total, losses.Named);
                }
            }

            Report("Training", stepInEpoch);
            if (token.IsCancellationRequested)
            {
                return false;
            }

            if (observers.Any(observer => observer.StopRequested))
            {
                // As in sleap-nn the epoch ends here, with its validation and checkpoints.
                IsStoppedByObserver = true;
                break;
            }
        }

        var trained = clock.Elapsed;
        LossMeter val;
        using (profiler?.Measure("validation"))
        {
            val = Validate(token);
        }

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
        Evaluate((Dictionary<string, double>)entry.Other, token);
        log.Add(entry);
        trainLosses = new LossMeter();
        stepInEpoch = 0;
        earlyStopping.EndEpoch(entry.ValLoss);
        schedule.EndEpoch(entry.ValLoss);
        optimizer.LearningRate = schedule.LearningRate;
        return true;
    }

    private IEnumerable<T> Timed<T>(string name, IEnumerable<T> items) => profiler?.MeasureEach(name, items) ?? items;

    private StepLosses TrainStep(Batch batch)
    {
        using var whole = profiler?.Measure("training_step");
        using var scope = NewDisposeScope();
        var here = batch.To(replicas.Devices[0]);
        var images = ImageOps.Normalize(here.Images);
        if (config.DataConfig is { UseAugmentationsTrain: true, AugmentationConfig.Geometric: { MixupP: > 0 } mixup })
        {
            images = Mixup.Apply(images, mixup, new SeededRandom(seed, -2, globalStep));
        }

        optimizer.ZeroGrad();
        replicas.ZeroGradients();
        var parts = ModelReplicas.Share(batch.Count, replicas.Models.Count);
        var losses = replicas.Run(parts.Count, i => TrainPart(i, parts[i], here, images));
        for (var i = 0; i < parts.Count; i++)
        {
            if (!double.IsFinite(losses[i].Total))
            {
                throw NotFinite("training", here.Part(parts[i].Start, parts[i].Count).Names);
            }
        }

        replicas.SumGradients();
        using (profiler?.Measure("optimizer_step"))
        {
            optimizer.Step();
        }

        replicas.CopyWeights();
        return LossMeter.Joined(losses, parts);
    }

    // The gradients of the parts, and of the pieces of a part, add up to those of the mean loss of the whole batch.
    private StepLosses TrainPart(int replica, (int Start, int Count) part, Batch batch, Tensor images)
    {
        using var scope = NewDisposeScope();
        var (own, ownImages) = PartOn(replica, part, batch, images);
        var pieces = ModelReplicas.Pieces(part.Count, WorksInPieces(ownImages) ? ownImages.shape[2] * ownImages.shape[3] : 0);
        var all = new List<StepLosses>(pieces.Count);
        foreach (var (start, count) in pieces)
        {
            using var piece = NewDisposeScope();
            var (loss, losses) = count == part.Count
                ? ComputeLosses(replica, own, ownImages)
                : ComputeLosses(replica, own.Part(start, count), ownImages.narrow(0, start, count));
            all.Add(losses);
            if (!double.IsFinite(losses.Total))
            {
                return losses;
            }

            using (ProfilerOf(replica)?.Measure("backward"))
            {
                (count == batch.Count ? loss : loss.Times((double)count / batch.Count)).backward();
            }
        }

        return LossMeter.Joined(all, pieces);
    }

    // Which keypoints are hard is decided over a whole batch, and what Swin draws at random is drawn for one.
    private bool WorksInPieces(Tensor images) =>
        images.device_type == DeviceType.CPU && !DrawsInLayers && config.TrainerConfig.OnlineHardKeypointMining is not { OnlineMining: true };

    private LossMeter Validate(CancellationToken token)
    {
        replicas.Train(false);
        var meter = new LossMeter();
        foreach (var batch in Timed("get_val_batch", valBatches.Take((long)epoch * valBatches.BatchesPerPass, valBatches.BatchesPerPass, token)))
        {
            using (batch)
            {
                meter.Add(LossesOf(batch, "validation"), batch.Count);
            }

            Report("Validating", stepsPerEpoch);
        }

        return meter;
    }

    // The loss of a step is that of the weights before it. Those that it left have to give one too, or the good state that was
    // saved before would be replaced by one that nothing can be made of.
    private void RequireLossAfterLastStep()
    {
        if (globalStep == firstStep)
        {
            return;
        }

        Batch batch;
        try
        {
            batch = trainBatches.Make(globalStep - 1);
        }
        catch (Exception e) when (e is SleapException or IOException or UnauthorizedAccessException)
        {
            // Frames that are gone meanwhile are no reason to throw away what was learnt.
            return;
        }

        using (batch)
        {
            replicas.Train(false);
            LossesOf(batch, "training");
        }
    }

    // Without gradients.
    private StepLosses LossesOf(Batch batch, string name)
    {
        using var scope = NewDisposeScope();
        var here = batch.To(replicas.Devices[0]);
        var images = ImageOps.Normalize(here.Images);
        var parts = ModelReplicas.Share(batch.Count, replicas.Models.Count);
        var losses = replicas.Run(parts.Count, i =>
        {
            using var noGrad = no_grad();
            using var own = NewDisposeScope();
            var (part, partImages) = PartOn(i, parts[i], here, images);
            return ComputeLosses(i, part, partImages).Losses;
        });
        for (var i = 0; i < parts.Count; i++)
        {
            if (!double.IsFinite(losses[i].Total))
            {
                throw NotFinite(name, batch.Part(parts[i].Start, parts[i].Count).Names);
            }
        }

        return LossMeter.Joined(losses, parts);
    }

    private (Batch Batch, Tensor Images) PartOn(int replica, (int Start, int Count) part, Batch batch, Tensor images)
    {
        var device = replicas.Devices[replica];
        return part.Count == batch.Count
            ? (batch, images)
            : (batch.Part(part.Start, part.Count).To(device), images.narrow(0, part.Start, part.Count).to(device));
    }

    private RunProfiler? ProfilerOf(int replica) => replicas.IsBeside(replica) ? null : profiler;

    private (Tensor Loss, StepLosses Losses) ComputeLosses(int replica, Batch batch, Tensor images)
    {
        var own = replicas.Models[replica];
        using var part = ProfilerOf(replica)?.Measure(own.training ? "forward" : "validation_forward");

        // What layers draw at random (Swin drops whole paths) depends on the step and the part only, so a resumed run repeats it.
        var drawn = unchecked((seed * 1_000_003) + globalStep + (replica * 0x9E3779B97F4AL));
        var outputs = own.training && DrawsInLayers ? TorchRandom.Draw(drawn, () => own.forward(images)) : own.forward(images);
        var weights = SampleWeights(batch, own.training, replicas.Devices[replica]);
        Tensor? total = null;
        var named = new Dictionary<string, double>();
        foreach (var head in heads)
        {
            Tensor target;
            using (no_grad())
            {
                target = head.Target(batch);
            }

            var loss = weights is null
                ? head.Loss(outputs[head.Name], target)
                : head.Loss(outputs[head.Name] * weights, target * weights);
            total = total is null ? loss.Times(head.Weight) : total.Plus(loss.Times(head.Weight));
            if (heads.Count > 1)
            {
                named[$"{head.LogName}_loss"] = loss.detach().to_type(ScalarType.Float32).item<float>();
            }

            if (head.Parts.Count > 0)
            {
                var parts = TensorValues.Of<float>(Losses.PerChannel(outputs[head.Name], target));
                for (var i = 0; i < parts.Length; i++)
                {
                    named[head.Parts[i]] = parts[i];
                }
            }
        }

        return (total!, new StepLosses(total!.detach().to_type(ScalarType.Float32).item<float>(), named));
    }

    // The roots of the samples' weights: a squared error grows by the square of what both sides are multiplied by. As in
    // sleap-nn frames without animals weigh otherwise in training only.
    private Tensor? SampleWeights(Batch batch, bool isTraining, Device device)
    {
        var weight = config.DataConfig.NegativeLossWeight;
        return isTraining && weight != 1 && batch.IsNegative.Contains(true)
            ? tensor(batch.IsNegative.Select(negative => negative ? (float)Math.Sqrt(weight) : 1f).ToArray(), [batch.IsNegative.Count, 1, 1, 1], device: device)
            : null;
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

    private void Evaluate(Dictionary<string, double> columns, CancellationToken token)
    {
        if (evaluation is null)
        {
            return;
        }

        Report("Evaluating", stepsPerEpoch);
        foreach (var (name, value) in evaluation.Columns.Zip(evaluation.Measure(epoch, token)))
        {
            columns[name] = value;
        }
    }

    // Short epochs would spend a good part of their time on it.
    private void GiveMemoryBack()
    {
        if (clock.Elapsed >= nextGiveBack)
        {
            NativeHeap.GiveBack();
            nextGiveBack = clock.Elapsed + GiveBackInterval;
        }
    }

    private void WriteEpoch()
    {
        var entry = log[^1];
        keeper.Decide(epoch, MonitorOf(entry));
        using var part = profiler?.Measure("write_epoch");
        Save(() =>
        {
            // Still in evaluation mode from the validation.
            pictures?.Draw(epoch);
            WriteShown();

            // The last state first: it says which checkpoints are kept, and holds the newest of them.
            if (config.TrainerConfig.SaveCkpt && config.TrainerConfig.ModelCkpt.SaveLast != false)
            {
                WriteCheckpoint(LastPath, epoch, epoch + 1);
            }

            keeper.Apply(path => WriteCheckpoint(path, epoch, epoch + 1));
            if (config.TrainerConfig.ModelCkpt.SaveLast == false && keeper.BestEpoch == epoch)
            {
                // What a stop saved is older than best.ckpt now, and a run goes on from last.ckpt where there is one.
                FileRemoval.Try(LastPath);
            }

            profiler?.Write(folder);
        });
        foreach (var observer in observers)
        {
            observer.EpochEnded(entry);
        }

        progress?.Report(Now("Training", stepsPerEpoch, FormattableString.Invariant(
            $"Epoch {epoch + 1}/{config.TrainerConfig.MaxEpochs}: train loss {entry.TrainLoss:g4}, val loss {entry.ValLoss:g4}{(keeper.BestEpoch == epoch ? " (best)" : "")}, learning rate {entry.LearningRate:g3}, {entry.TrainSeconds + entry.ValSeconds:f1} s")));
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
            BestValLoss = log.Count > 0 ? log.Min(e => e.ValLoss) : double.NaN,
            LearningRate = optimizer.LearningRate,
            PercentComplete = Math.Min(100, 100.0 * globalStep / Math.Max(all, 1)),
            Remaining = doneHere > 0 ? clock.Elapsed / doneHere * (all - globalStep) : null,
        };
    }
}
