using System.Diagnostics;
using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>Estimates what a training takes, by a few steps of it.</summary>
public static class TrainingEstimator
{
    private const int SmallPx = 128;
    private const int MediumPx = 256;
    private const int Repeats = 3;

    /// <summary>Estimates a training. Nothing is written.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="basePath">The folder that relative paths start from.</param>
    /// <param name="device">The device; null takes that of the configuration. With several, the first of them counts.</param>
    /// <param name="fullSize">
    /// Makes steps of full size, with real batches, and measures the memory; otherwise steps with one image of 128 and of
    /// 256 pixels a side, from which the time is extrapolated by the number of pixels.
    /// </param>
    /// <param name="report">Told what is going on.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="SleapException">The labels, the videos, the model or the device have a fault.</exception>
    public static TrainingEstimate Estimate(SleapConfig config, string basePath, string? device, bool fullSize, Action<string> report, CancellationToken token)
    {
        NativeLibraries.EnsureLoaded();
        return EstimateLoaded(config, basePath, device, fullSize, report, token);
    }

    // On its own, since torch's type initializer may run as soon as a method that names torch is entered.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static TrainingEstimate EstimateLoaded(SleapConfig given, string basePath, string? deviceName, bool fullSize, Action<string> report, CancellationToken token)
    {
        Trainer.RequireConsistent(given);
        using var scope = NewDisposeScope();
        var device = TrainingDevices.Of(given.TrainerConfig, deviceName)[0];
        var seed = given.TrainerConfig.Seed ?? 0;
        var data = TrainingData.Load(given, basePath, seed, splitPath: null, report);
        var preprocessing = given.DataConfig.Preprocessing;
        var cacheBudget = new CacheFilling(given.DataConfig, basePath).BudgetBytes;
        using var frames = new FrameCache(preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : null, cacheBudget);
        report("Opening videos");
        var config = TrainingPreparation.FillIn(given, data, frames.SizeOf);
        var trainer = config.TrainerConfig;
        var options = SampleOptions.Of(config, data.Skeleton);
        var augmentation = config.DataConfig.UseAugmentationsTrain ? config.DataConfig.AugmentationConfig : null;
        var train = new SampleSource(data.Split.Train, frames, options, augmentation, seed);
        var val = new SampleSource(data.Split.Val, frames, options, augmentation: null, seed);
        var loader = new BatchLoader(train, trainer.TrainDataLoader.BatchSize, trainer.TrainDataLoader.Shuffle, 0, seed);
        var size = ModelInput.SizeOf(config, options.MaxStride)!.Value;
        token.ThrowIfCancellationRequested();

        report("Building the model");
        using var model = PoseModel.Create(config.ModelConfig, data.Skeleton, options.Classes, seed, size);
        config.ModelConfig = model.Config;
        var network = NetworkMeasure.Of(model, trainer, size);
        var batchSize = trainer.TrainDataLoader.BatchSize;
        var known = DeviceMemory.Of(device.ToString());

        report("Making batches");
        var (batches, loadSeconds) = MakeBatches(loader, token);
        try
        {
            var memory = fullSize ? MemoryGrowth.Start(known.Id) : null;
            using var stepper = new TrainingStepper(config, model, data.Skeleton, device);
            report(fullSize ? "Training steps of full size" : "Training small steps");
            double stepSeconds;
            double valSeconds;
            string method;
            if (fullSize)
            {
                (stepSeconds, valSeconds) = (Fastest(() => stepper.Step(batches[0]), token), Fastest(() => stepper.Validate(batches[0]), token));
                method = $"{Repeats} steps of full size with a batch of the data";
            }
            else
            {
                (stepSeconds, valSeconds, method) = Extrapolate(stepper, config, network, batches[0], size, batchSize, token);
            }

            var steps = Math.Max(trainer.TrainStepsPerEpoch ?? loader.BatchesPerPass, trainer.MinTrainStepsPerEpoch);
            var valSteps = (double)val.Count / batchSize;
            return new TrainingEstimate
            {
                Name = trainer.RunName ?? "",
                ModelType = model.ModelType,
                Backbone = model.BackboneName,
                ParameterCount = network.ParameterCount,
                Device = known.Id,
                BatchSize = batchSize,
                InputShape = new long[] { batchSize, model.InChannels, size.HeightPx, size.WidthPx },
                WeightBytes = network.WeightBytes,
                GradientBytes = network.WeightBytes,
                OptimizerBytes = network.OptimizerStates * network.WeightBytes,
                ActivationBytes = (long)(batchSize * network.TrainingBytesPerSample),
                CacheBytes = Math.Min(cacheBudget, data.Split.Train.Concat(data.Split.Val).DistinctBy(f => (f.Frame.Video, f.Frame.FrameIndex)).Sum(f => frames.BytesOf(f.Frame.Video))),
                MeasuredBytes = memory?.Stop(),
                AvailableBytes = known.FreeMemoryBytes ?? known.MemoryBytes,
                TrainSamples = train.Count,
                ValSamples = val.Count,
                StepsPerEpoch = steps,
                MaxEpochs = trainer.MaxEpochs,
                StepTime = TimeSpan.FromSeconds(stepSeconds),
                LoadTime = TimeSpan.FromSeconds(loadSeconds),
                EpochTime = TimeSpan.FromSeconds(
                    (steps * Together(stepSeconds, loadSeconds, trainer.TrainDataLoader.NumWorkers)) + (valSteps * Together(valSeconds, loadSeconds, trainer.ValDataLoader.NumWorkers))),
                IsFullSize = fullSize,
                Method = method,
            };
        }
        catch (Exception e) when (TrainingSession.IsOutOfMemory(e))
        {
            throw TrainingSession.OutOfMemory(e, batchSize, preprocessing.Scale, known.Id, basePath);
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    // Batches after the first pass come from the cache where frames fit into it, so the later ones count.
    private static (List<Batch> Batches, double Seconds) MakeBatches(BatchLoader loader, CancellationToken token)
    {
        loader.Make(0).Dispose();
        token.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        List<Batch> batches = [loader.Make(0)];
        return (batches, clock.Elapsed.TotalSeconds);
    }

    // Without workers a batch is made between two steps; with workers, while steps run.
    private static double Together(double stepSeconds, double loadSeconds, int workers) =>
        workers == 0 ? stepSeconds + loadSeconds : Math.Max(stepSeconds, loadSeconds / workers);

    private static (double Step, double Val, string Method) Extrapolate(
        TrainingStepper stepper, SleapConfig config, NetworkMeasure network, Batch batch, (int HeightPx, int WidthPx) size, int batchSize, CancellationToken token)
    {
        var stride = config.ModelConfig.BackboneConfig.GetActive()!.MaxStride;
        var needsOwnSize = config.ModelConfig.HeadConfigs.MultiClassTopdown is { ClassVectors.GlobalPool: false };
        var (small, medium) = needsOwnSize ? (size, size) : (Limited(SmallPx), Limited(MediumPx));
        var all = (double)size.HeightPx * size.WidthPx * batchSize;

        // The optimizer's part does not grow with the image; two sizes tell it from the rest.
        using var first = Cropped(batch, small);
        using var second = Cropped(batch, medium);
        var steps = (Fastest(() => stepper.Step(first), token), Fastest(() => stepper.Step(second), token));
        var vals = (Fastest(() => stepper.Validate(first), token), Fastest(() => stepper.Validate(second), token));
        return (Grown(steps), Grown(vals), string.Create(
            CultureInfo.InvariantCulture,
            $"extrapolated from steps with one image of {small.HeightPx} x {small.WidthPx} and of {medium.HeightPx} x {medium.WidthPx} pixels"));

        (int HeightPx, int WidthPx) Limited(int limit) =>
            (Math.Min(size.HeightPx, ModelInput.PaddedTo(limit, stride)), Math.Min(size.WidthPx, ModelInput.PaddedTo(limit, stride)));

        double Grown((double Small, double Medium) seconds)
        {
            var (a, b) = ((double)small.HeightPx * small.WidthPx, (double)medium.HeightPx * medium.WidthPx);
            var perPixel = b > a ? Math.Max(0, (seconds.Medium - seconds.Small) / (b - a)) : 0;

            // No more than all of it can grow; where noise hides the growth, all of it does.
            var most = seconds.Medium / b;
            return seconds.Medium + ((perPixel > 0 ? Math.Min(perPixel, most) : most) * (all - b));
        }
    }

    private static Batch Cropped(Batch batch, (int HeightPx, int WidthPx) size) => batch with
    {
        Images = batch.Images[TensorIndex.Slice(0, 1), TensorIndex.Ellipsis, TensorIndex.Slice(0, size.HeightPx), TensorIndex.Slice(0, size.WidthPx)].contiguous(),
        Points = batch.Points[TensorIndex.Slice(0, 1)].clone(),
        Classes = batch.Classes[TensorIndex.Slice(0, 1)].clone(),
        Names = [batch.Names[0]],
        IsNegative = [],
    };

    private static double Fastest(Action work, CancellationToken token)
    {
        var best = double.PositiveInfinity;

        // The first one chooses algorithms and fills caches.
        for (var i = 0; i <= Repeats; i++)
        {
            token.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            work();
            best = i == 0 ? best : Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    /// <summary>Steps as a training makes them, on a network that is thrown away.</summary>
    private sealed class TrainingStepper : IDisposable
    {
        private readonly PoseModel model;
        private readonly Device device;
        private readonly IReadOnlyList<TrainingHead> heads;
        private readonly AdamOptimizer optimizer;

        public TrainingStepper(SleapConfig config, PoseModel model, Skeleton skeleton, Device device)
        {
            (this.model, this.device) = (model, device);
            model.to(device);
            heads = TrainingHead.Of(config, skeleton);
            optimizer = new AdamOptimizer(model.parameters(), config.TrainerConfig.OptimizerName, 1e-6, config.TrainerConfig.Optimizer.Amsgrad);
        }

        public void Step(Batch batch)
        {
            using var scope = NewDisposeScope();
            model.train();
            optimizer.ZeroGrad();
            var loss = Loss(batch);
            loss.backward();
            optimizer.Step();

            // Reading a number waits for the device.
            loss.item<float>();
        }

        public void Validate(Batch batch)
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            model.eval();
            Loss(batch).item<float>();
        }

        public void Dispose() => optimizer.Dispose();

        private Tensor Loss(Batch batch)
        {
            var here = batch.To(device);
            var outputs = model.forward(ImageOps.Normalize(here.Images));
            Tensor? total = null;
            foreach (var head in heads)
            {
                Tensor target;
                using (no_grad())
                {
                    target = head.Target(here);
                }

                var loss = head.Loss(outputs[head.Name], target).Times(head.Weight);
                total = total is null ? loss : total.Plus(loss);
            }

            return total!;
        }
    }
}
