using System.Collections.Concurrent;
using System.Diagnostics;
using SleapNn.Media;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>
/// Runs a pipeline over the frames of a video. Decoding, the models and what is left after them have threads of their own,
/// with short queues in between: the slowest sets the pace, and memory does not grow with the length of the video. On the CPU
/// each core has a batch to itself where there are enough, so that none waits for another after every layer.
/// </summary>
public sealed class Predictor : IDisposable
{
    // Batches that wait for the next thread: enough to keep it busy, few enough to forget about memory.
    private const int BatchesAhead = 2;

    // Batches that go through the models side by side on the CPU, at most, and the pixels of their frames: each takes the memory
    // of a batch.
    private const int MostBatchesAtOnce = 8;
    private const long MostPixelsAtOnce = 16_000_000;
    private readonly PredictionOptions options;

    private Predictor(IPosePipeline pipeline, Device device, PredictionOptions options)
    {
        InstanceFilter.RequireFitting(options.Filters, pipeline.Kind, pipeline.Skeleton.Nodes.Count);
        Pipeline = pipeline;
        Device = device;
        this.options = options;
        Tracks = [.. pipeline.Classes.Select(name => new Track { Name = name })];
    }

    /// <summary>The models at work.</summary>
    public IPosePipeline Pipeline { get; }

    /// <summary>Where the models compute.</summary>
    public Device Device { get; }

    /// <summary>One track for each identity that the models tell apart.</summary>
    public IReadOnlyList<Track> Tracks { get; }

    /// <summary>Loads models and joins them into a pipeline.</summary>
    /// <param name="modelPaths">Model folders, or files in them.</param>
    /// <param name="options">How the prediction is run.</param>
    /// <returns>The predictor.</returns>
    /// <exception cref="ModelException">A model cannot be read.</exception>
    /// <exception cref="PredictionException">The models do not make a pipeline together.</exception>
    public static Predictor Load(IReadOnlyList<string> modelPaths, PredictionOptions options)
    {
        NativeLibraries.EnsureLoaded();
        var device = Devices.Resolve(options.Device);
        if (options.Precision != PredictionPrecision.Float32 && device.type != DeviceType.CUDA)
        {
            throw new PredictionException(
                "PrecisionUnsupported",
                $"{options.Precision} needs a CUDA device; on '{device}' it is slower than Float32 by far, or not there at all. Leave -Precision out, or use -Device cuda.",
                options.Precision);
        }

        if (options is { EnsureRgb: true, EnsureGrayscale: true })
        {
            throw new PredictionException("PredictionOptionConflict", "Frames cannot become both RGB and grey: give EnsureRgb or EnsureGrayscale.", options);
        }

        var models = new List<ModelFolder>();
        try
        {
            foreach (var path in modelPaths)
            {
                models.Add(ModelFolder.Load(path, device));
            }

            var pipeline = PipelineBuilder.Create([.. models.Select(model => model.Config)], i => new ModelStage(models[i], device, options), options);
            return new Predictor(pipeline, device, options);
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }

    /// <summary>Makes a predictor of a pipeline, which it owns from then on.</summary>
    /// <param name="pipeline">The models, joined.</param>
    /// <param name="device">Where they compute.</param>
    /// <param name="options">How the prediction is run.</param>
    /// <returns>The predictor.</returns>
    public static Predictor Of(IPosePipeline pipeline, Device device, PredictionOptions options) => new(pipeline, device, options);

    /// <summary>Predicts on frames of one source. Every frame comes back, also those in which nothing was found.</summary>
    /// <param name="video">The video that the frames belong to.</param>
    /// <param name="source">Where to read them. It is used from another thread until the last frame was returned.</param>
    /// <param name="frameIndices">The frames, in order.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Ends the prediction after the present batch.</param>
    /// <param name="centroids">Where the animals of a frame are, for models that need to be told; null for all others.</param>
    /// <returns>The frames in order, as they are ready.</returns>
    public IEnumerable<PredictedFrame> Predict(
        SleapVideo video,
        IFrameSource source,
        IReadOnlyList<int> frameIndices,
        IProgress<PredictionProgress>? progress = null,
        CancellationToken cancellation = default,
        Func<int, IReadOnlyList<PafPeak>>? centroids = null)
    {
        var threads = get_num_threads();
        var workers = Device.type == DeviceType.CPU ? BatchesAtOnce(frameIndices.Count, (long)source.HeightPx * source.WidthPx, options.BatchSize, threads) : 1;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var decoded = new BlockingCollection<Work>(BatchesAhead);
        using var inOrder = new BlockingCollection<Work>(workers + (2 * BatchesAhead));
        Task[] running =
        [
            OnThread(() => Decode(source, frameIndices, decoded, inOrder, stop.Token)),
            .. Enumerable.Range(0, workers).Select(_ => OnThread(() => Infer(decoded, threads / workers, centroids, stop.Token))),
        ];
        var watch = Stopwatch.StartNew();
        var (done, instances) = (0, 0);
        try
        {
            foreach (var work in inOrder.GetConsumingEnumerable(CancellationToken.None))
            {
                var frames = Finish(video, work.Batch, work.WaitForModels(cancellation));
                done += frames.Count;
                instances += frames.Sum(frame => frame.Frame.Instances.Count);
                progress?.Report(new PredictionProgress(done, frameIndices.Count, done / watch.Elapsed.TotalSeconds, instances));
                foreach (var frame in frames)
                {
                    yield return frame;
                }
            }

            // What went wrong on the other threads surfaces here, after what came before it.
            foreach (var thread in running)
            {
                thread.GetAwaiter().GetResult();
            }
        }
        finally
        {
            stop.Cancel();
            foreach (var thread in running)
            {
                ((IAsyncResult)thread).AsyncWaitHandle.WaitOne();
            }

            foreach (var left in decoded)
            {
                left.Batch.Dispose();
            }
        }
    }

    /// <summary>Predicts on frames that are at hand.</summary>
    /// <param name="video">The video that the frames belong to.</param>
    /// <param name="frames">Frames of one size and number of channels.</param>
    /// <returns>The frames with their animals.</returns>
    public IReadOnlyList<PredictedFrame> Predict(SleapVideo video, IReadOnlyList<ImageFrame> frames)
    {
        using var batch = FrameBatch.Of(frames);
        return Finish(video, batch, Infer(batch, null));
    }

    /// <summary>Predicts on a frame that is in memory already.</summary>
    /// <param name="video">The video that the frame belongs to.</param>
    /// <param name="image">The frame.</param>
    /// <param name="centroids">Where the animals of a frame are, for models that need to be told; null for all others.</param>
    /// <returns>The frame with what was found.</returns>
    public LabeledFrame Detect(SleapVideo video, ImageFrame image, Func<int, IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var batch = FrameBatch.Of([image]);
        return Finish(video, batch, Infer(batch, centroids))[0].Frame;
    }

    /// <inheritdoc/>
    public void Dispose() => Pipeline.Dispose();

    /// <summary>How many batches go through the models side by side on the CPU.</summary>
    internal static int BatchesAtOnce(int frames, long pixelsPerFrame, int batchSize, int threads)
    {
        var batches = (frames + batchSize - 1) / batchSize;
        var inMemory = MostPixelsAtOnce / Math.Max(1, pixelsPerFrame * batchSize);
        return (int)Math.Clamp(Math.Min(batches, inMemory), 1, Math.Min(threads, MostBatchesAtOnce));
    }

    private static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Decode(
        IFrameSource source, IReadOnlyList<int> frameIndices, BlockingCollection<Work> decoded, BlockingCollection<Work> inOrder, CancellationToken stop)
    {
        var frames = new List<ImageFrame>(options.BatchSize);
        try
        {
            foreach (var index in frameIndices)
            {
                stop.ThrowIfCancellationRequested();
                ImageFrame frame;
                try
                {
                    frame = source.Read(index);
                }
                catch (MediaException)
                {
                    // What was decoded before the broken frame is still predicted; then the error surfaces.
                    HandOn();
                    throw;
                }

                if (frames.Count == options.BatchSize || (frames.Count > 0 && !SameForm(frames[0], frame)))
                {
                    HandOn();
                }

                frames.Add(frame);
            }

            HandOn();
        }
        finally
        {
            decoded.CompleteAdding();
            inOrder.CompleteAdding();
        }

        void HandOn()
        {
            if (frames.Count > 0)
            {
                var work = new Work(FrameBatch.Of(frames));
                frames.Clear();
                try
                {
                    decoded.Add(work, stop);
                }
                catch (OperationCanceledException)
                {
                    work.Batch.Dispose();
                    throw;
                }

                inOrder.Add(work, stop);
            }
        }
    }

    private void Infer(BlockingCollection<Work> decoded, int threads, Func<int, IReadOnlyList<PafPeak>>? centroids, CancellationToken stop)
    {
        TorchThreads.Limit(threads);
        foreach (var work in decoded.GetConsumingEnumerable(stop))
        {
            work.Run(batch => Infer(batch, centroids));
        }
    }

    private Func<IReadOnlyList<DetectedPose>[]> Infer(FrameBatch batch, Func<int, IReadOnlyList<PafPeak>>? centroids)
    {
        using var noGrad = no_grad();
        return Pipeline.Begin(batch.Images, centroids is null ? null : [.. batch.Frames.Select(frame => centroids(frame.Index))]);
    }

    private List<PredictedFrame> Finish(SleapVideo video, FrameBatch batch, Func<IReadOnlyList<DetectedPose>[]> finish)
    {
        var detected = finish();
        return [.. batch.Frames.Select((image, i) => new PredictedFrame(
            new LabeledFrame(video, image.Index, InstanceFilter.Apply(detected[i], options.Filters).Select(ToInstance)), image))];
    }

    private PoseInstance ToInstance(DetectedPose pose) => new(Pipeline.Skeleton, pose.Points, InstanceKind.Predicted)
    {
        Score = pose.Score,
        TrackingScore = pose.ClassScore,
        Track = pose.ClassIndex >= 0 && pose.ClassIndex < Tracks.Count ? Tracks[pose.ClassIndex] : null,
    };

    private static bool SameForm(ImageFrame a, ImageFrame b) =>
        (a.HeightPx, a.WidthPx, a.Channels) == (b.HeightPx, b.WidthPx, b.Channels);

    /// <summary>A batch on its way through the models.</summary>
    private sealed class Work(FrameBatch batch)
    {
        private readonly TaskCompletionSource<Func<IReadOnlyList<DetectedPose>[]>> models = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public FrameBatch Batch { get; } = batch;

        public void Run(Func<FrameBatch, Func<IReadOnlyList<DetectedPose>[]>> infer)
        {
            try
            {
                using (Batch)
                {
                    models.SetResult(infer(Batch));
                }
            }
            catch (Exception error)
            {
                // Whoever waits for this batch is told, once all before it are done.
                models.SetException(error);
            }
        }

        public Func<IReadOnlyList<DetectedPose>[]> WaitForModels(CancellationToken cancellation)
        {
            models.Task.WaitAsync(cancellation).GetAwaiter().GetResult();
            cancellation.ThrowIfCancellationRequested();
            return models.Task.Result;
        }
    }
}
