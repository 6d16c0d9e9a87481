using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Models;
using SleapNn.Runtime;
using SleapNn.Training.Watching;
using TorchSharp;

namespace SleapNn.Training;

/// <summary>Trains models.</summary>
public static class Trainer
{
    /// <summary>Trains a model. Blocks until it is done.</summary>
    /// <param name="request">What to train, and where.</param>
    /// <param name="progress">Told where training stands; called on this thread.</param>
    /// <param name="token">
    /// Ends training after the current step: the state goes to <c>last.ckpt</c>, and the run is returned with
    /// <see cref="TrainingEnd.Stopped"/>.
    /// </param>
    /// <returns>The run.</returns>
    /// <exception cref="TrainingException">The run cannot start or go on.</exception>
    /// <exception cref="SleapException">Labels, videos, the model or the device have a fault.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped before the first step, so that there is nothing to keep.</exception>
    public static TrainingRun Run(TrainingRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken token = default) =>
        Run(request, [], progress, token);

    /// <summary>Trains a model while others watch. Blocks until it is done.</summary>
    /// <param name="request">What to train, and where.</param>
    /// <param name="observers">Those who are told what happens; they stay the caller's.</param>
    /// <param name="progress">Told where training stands; called on this thread.</param>
    /// <param name="token">Ends training after the current step.</param>
    /// <returns>The run.</returns>
    /// <exception cref="SleapException">As for the other form.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped before the first step, so that there is nothing to keep.</exception>
    public static TrainingRun Run(
        TrainingRequest request, IReadOnlyList<IRunObserver> observers, IProgress<TrainingProgress>? progress = null, CancellationToken token = default)
    {
        NativeLibraries.EnsureLoaded();
        using var watchers = new RunWatchers(request.Config, text => progress?.Report(new TrainingProgress { Activity = "Training", Message = text, IsWarning = true }));
        using var state = new RunStateFile();
        try
        {
            var run = RunLoaded(request, state, [.. observers, .. watchers.Observers], progress, token);
            state.End(run);
            return run;
        }
        catch (Exception e) when (state.Folder is not null && e is not TrainingException && WriteFailure.Is(e))
        {
            var error = WriteFailure.Of(e, state.Folder, "outside of its epochs");
            state.Fail(error);
            throw error;
        }
        catch (Exception e) when (state.Folder is not null && TrainingSession.IsOutOfMemory(e))
        {
            var error = TrainingSession.OutOfMemory(e, request.Config.TrainerConfig.TrainDataLoader.BatchSize, request.Config.DataConfig.Preprocessing.Scale, request.Device ?? request.Config.TrainerConfig.TrainerAccelerator, state.Folder);
            state.Fail(error);
            throw error;
        }
        catch (Exception e)
        {
            state.Fail(e);
            throw;
        }
    }

    // On its own, since torch's type initializer may run as soon as a method that names torch is entered.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static TrainingRun RunLoaded(
        TrainingRequest request, RunStateFile state, IReadOnlyList<IRunObserver> observers, IProgress<TrainingProgress>? progress, CancellationToken token)
    {
        using var scope = torch.NewDisposeScope();
        var initial = request.Config.DeepCopy();
        var basePath = Path.GetFullPath(request.BasePath ?? ".");
        var devices = TrainingDevices.Of(initial.TrainerConfig, request.Device);
        var device = devices[0];
        if (!request.Resume)
        {
            RequireConsistent(initial);
        }

        Warn(Warnings(initial));

        var seed = initial.TrainerConfig.Seed ?? System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var resume = request.Resume ? RunFolder.CheckpointToResume(request.OutputPath!) : null;
        resume ??= initial.TrainerConfig.ResumeCkptPath is { Length: > 0 } path ? Path.GetFullPath(path, basePath) : null;
        if (resume is not null && !File.Exists(resume))
        {
            throw new TrainingException("TrainingCheckpointNotFound", $"There is no checkpoint '{resume}' to go on from (trainer_config.resume_ckpt_path).", resume);
        }

        RunResults.RequireTestFiles(initial.DataConfig, basePath);
        var published = resume is null && PublishedWeights.NameIn(initial.ModelConfig) is { } name
            ? PublishedWeights.Find(name, text => progress?.Report(new TrainingProgress { Activity = text }), token)
            : null;
        var splitPath = request.Resume ? Path.Combine(request.OutputPath!, RunFolder.Split) : null;
        if (splitPath is null || !File.Exists(splitPath))
        {
            splitPath = resume is null ? null : Path.Combine(Path.GetDirectoryName(resume)!, RunFolder.Split);
        }

        var data = Load(request, initial, basePath, seed, splitPath, progress);
        token.ThrowIfCancellationRequested();

        var preprocessing = initial.DataConfig.Preprocessing;
        var cache = new CacheFilling(initial.DataConfig, basePath);
        using var frames = new FrameCache(preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : null, cache.BudgetBytes);
        progress?.Report(new TrainingProgress { Activity = "Opening videos" });
        var config = TrainingPreparation.FillIn(initial, data, frames.SizeOf);
        config.TrainerConfig.Seed = seed;
        Warn(DataWarnings.Of(config, data, frames.SizeOf));

        // A run that older checkpoints began goes on as it was begun.
        var crops = resume is null ? Preprocessing.CropForm.Exact : CropsOf(resume);
        var options = SampleOptions.Of(config, data.Skeleton) with { Crops = crops };
        var augmentation = config.DataConfig.UseAugmentationsTrain ? config.DataConfig.AugmentationConfig : null;
        var train = new SampleSource(data.Split.Train, frames, options, augmentation, seed);
        var val = new SampleSource(data.Split.Val, frames, options, augmentation: null, seed);
        var trainLoader = BatchLoader.Of(train, config.TrainerConfig.TrainDataLoader, devices.Count, seed);
        var valLoader = BatchLoader.Of(val, config.TrainerConfig.ValDataLoader, devices.Count, seed);

        // As in sleap-nn the steps are those of one device: with more, each makes its part of them.
        config.TrainerConfig.TrainStepsPerEpoch = Math.Max(
            config.TrainerConfig.TrainStepsPerEpoch ?? BatchesOf(train.Count, config.TrainerConfig.TrainDataLoader.BatchSize), config.TrainerConfig.MinTrainStepsPerEpoch);
        var stepsPerEpoch = (int)Math.Max(1, Math.Round((double)config.TrainerConfig.TrainStepsPerEpoch.Value / devices.Count));

        progress?.Report(new TrainingProgress { Activity = "Building the model" });
        using var model = Create();
        config.ModelConfig = model.Config;
        config.ModelConfig.TotalParams = (int)model.parameters().Sum(p => p.numel());
        if (published is not null)
        {
            PublishedWeights.Load(model, published);
        }

        PretrainedWeights.Load(model, basePath);
        model.Crops = crops;
        model.to(device);
        using var replicas = new ModelReplicas(model, devices, Create);

        // A run that goes on in its own folder replaces nothing there.
        var wanted = FolderOf(request, initial.TrainerConfig, basePath, model.ModelType, data);
        var inPlace = request.Resume || (resume is not null && Path.GetDirectoryName(resume) == Path.TrimEndingDirectorySeparator(wanted));
        var taken = inPlace ? RunLock.Take(Path.TrimEndingDirectorySeparator(wanted)) : RunFolder.Make(wanted, request.Force);
        state.Hold(taken);
        var folder = taken.Folder;
        (config.TrainerConfig.CkptDir, config.TrainerConfig.RunName) = (Path.GetDirectoryName(folder), Path.GetFileName(folder));
        TrainingPaths.MakeFull(config, basePath);
        WandbRun.Identify(config, request.Resume);

        var live = config.TrainerConfig.VisualizePredsDuringTraining || config.TrainerConfig.Eval.Enabled ? new LivePredictor(config, model, device, frames) : null;
        var pictures = config.TrainerConfig.VisualizePredsDuringTraining ? new EpochPictures(folder, config, data.Split, live!, observers) : null;
        using var session = new TrainingSession(
            folder, () => WriteStart(folder, initial, config, data), config, replicas, TrainingHead.Of(config, data.Skeleton), trainLoader, valLoader, stepsPerEpoch, progress, observers,
            pictures,
            config.TrainerConfig.Eval.Enabled ? new EpochEvaluation(config, data.Split, live!) : null);

        // Only now, since what is wrong with the configuration is told before a run is replaced.
        if (request.Force && !inPlace && RunFolder.HoldsRun(folder))
        {
            RunFolder.Clear(folder);
        }

        state.Begin();
        RunFolder.DeleteUnfinished(folder);
        WriteStart(folder, initial, config, data);
        cache.Fill(folder, frames, data, progress, token);
        if (resume is not null)
        {
            session.Resume(resume);
        }

        var run = session.Run(train.Count, val.Count, request.StopAfterEpochs, token);
        if (session.IsStoppedByObserver)
        {
            progress?.Report(new TrainingProgress { Activity = "Training", Message = $"Stopped after epoch {run.Epochs}, as SLEAP's window asked; the best checkpoint is evaluated now. Resume-SleapTraining '{run.Path}' goes on with the run." });
        }

        if (run.End != TrainingEnd.Stopped || session.IsStoppedByObserver)
        {
            if (WriteResults(run, device, data, observers, progress, token))
            {
                pictures?.EndRun();
                cache.EndRun(folder);
            }
            else
            {
                // It is not done before its results are there.
                run = session.Result(TrainingEnd.Stopped, train.Count, val.Count);
            }
        }

        foreach (var observer in observers)
        {
            observer.Ended(run);
        }

        return run;

        PoseModel Create() => PoseModel.Create(
            config.ModelConfig, data.Skeleton, options.Classes, seed,
            options.Kind.UsesCrops() ? CropInput(options) : null);

        void Warn(IEnumerable<string> warnings)
        {
            foreach (var warning in warnings)
            {
                progress?.Report(new TrainingProgress { Activity = "Preparing", Message = warning, IsWarning = true });
            }
        }
    }

    /// <summary>Refuses a configuration that contradicts itself.</summary>
    /// <exception cref="TrainingException">It does (TrainingConfigInvalid).</exception>
    internal static void RequireConsistent(SleapConfig config)
    {
        var findings = ConfigValidator.Contradictions(config);
        if (findings.Count > 0)
        {
            throw new TrainingException(
                "TrainingConfigInvalid",
                $"The configuration cannot be trained. {string.Join(" ", findings.Select(finding => $"{finding.Path}: {finding.Message} {finding.Fix}"))}",
                findings[0].Path);
        }
    }

    private static TrainingData Load(
        TrainingRequest request, SleapConfig config, string basePath, long seed, string? splitPath, IProgress<TrainingProgress>? progress)
    {
        try
        {
            var data = TrainingData.Load(config, basePath, seed, splitPath, text => progress?.Report(new TrainingProgress { Activity = text }));
            if (data.UnknownFrames > 0)
            {
                progress?.Report(new TrainingProgress
                {
                    Activity = "Preparing",
                    Message = $"{data.UnknownFrames} labelled frame{(data.UnknownFrames > 1 ? "s are" : " is")} not in the split that the run began with ('{splitPath}'), and {(data.UnknownFrames > 1 ? "are" : "is")} left out. To train on all labels, start a new run.",
                    IsWarning = true,
                });
            }

            return data;
        }
        catch (LabelsException e) when (e.ErrorId == "LabelsFileNotFound")
        {
            var where = request.Resume ? $"in '{Path.Combine(request.OutputPath!, RunFolder.TrainingConfig)}'" : "in the configuration";
            throw new LabelsException(e.ErrorId, $"{e.Message} Where it has moved, name its new place {where} (data_config.train_labels_path, val_labels_path).", e.Target, e);
        }
    }

    private static Preprocessing.CropForm CropsOf(string checkpointPath)
    {
        using var checkpoint = RunFolder.ReadCheckpoint(checkpointPath);
        return ModelFolder.CropFormOf(checkpoint, checkpointPath);
    }

    private static int BatchesOf(int samples, int batchSize) => (samples + batchSize - 1) / batchSize;

    // False where they were interrupted.
    private static bool WriteResults(
        TrainingRun run, torch.Device device, TrainingData data, IReadOnlyList<IRunObserver> observers, IProgress<TrainingProgress>? progress, CancellationToken token)
    {
        if (run.Checkpoint is null)
        {
            return true;
        }

        try
        {
            new RunResults(run.Path, run.Config, device.ToString(), progress, observers).Write(data.Train.Count, data.Val.Count, token);
            return true;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            progress?.Report(new TrainingProgress
            {
                Activity = "Predicting",
                Message = $"Stopped before the predictions of all labels were written; Resume-SleapTraining '{run.Path}' writes them.",
                IsWarning = true,
            });
            return false;
        }
    }

    private static (int HeightPx, int WidthPx) CropInput(SampleOptions options) => (
        Preprocessing.ImageOps.RoundUp((int)(options.CropHeightPx * options.Scale), options.MaxStride),
        Preprocessing.ImageOps.RoundUp((int)(options.CropWidthPx * options.Scale), options.MaxStride));

    private static string FolderOf(TrainingRequest request, TrainerConfig trainer, string basePath, string modelType, TrainingData data)
    {
        if (request.OutputPath is { Length: > 0 } asked)
        {
            return Path.GetFullPath(asked, basePath);
        }

        var name = trainer.RunName is { Length: > 0 } given ? given : RunFolder.NameOf(DateTime.Now, modelType, data.Split.Train.Count + data.Split.Val.Count);
        return Path.GetFullPath(Path.Combine(trainer.CkptDir ?? ".", name), basePath);
    }

    private static void WriteStart(string folder, SleapConfig initial, SleapConfig config, TrainingData data)
    {
        // A folder with a training configuration holds a run that can be gone on with, so what was asked for lies there before.
        if (!File.Exists(Path.Combine(folder, RunFolder.InitialConfig)))
        {
            ConfigFile.Save(initial, Path.Combine(folder, RunFolder.InitialConfig));
        }

        ConfigFile.Save(config, Path.Combine(folder, RunFolder.TrainingConfig));
        AtomicFile.WriteText(Path.Combine(folder, RunFolder.Split), data.Split.ToJson());
        for (var i = 0; i < data.Train.Count; i++)
        {
            LabelsFile.Save(TrainingData.Subset(data.Train[i], data.Split.Train, i), Path.Combine(folder, RunResults.TruthName("train", i)));
        }

        for (var i = 0; i < data.Val.Count; i++)
        {
            LabelsFile.Save(TrainingData.Subset(data.Val[i], data.Split.Val, i), Path.Combine(folder, RunResults.TruthName("val", i)));
        }
    }

    private static IEnumerable<string> Warnings(SleapConfig config)
    {
        if (!config.TrainerConfig.SaveCkpt)
        {
            yield return "trainer_config.save_ckpt is false: no checkpoint will be written, so the trained model is lost when training ends.";
        }

        foreach (var finding in ConfigValidator.WithoutEffect(config))
        {
            yield return $"{finding.Message} {finding.Fix}";
        }
    }
}
