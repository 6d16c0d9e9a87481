using System.Collections.Concurrent;
using System.Diagnostics;
using SleapNn.Media;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Runs a pipeline over the frames of a video: decoding goes ahead on a thread of its own, results stream.</summary>
public sealed class Predictor : IDisposable
{
    // Batches that are decoded ahead: enough to keep the model busy, few enough to forget about memory.
    private const int BatchesAhead = 2;
    private readonly PredictionOptions options;

    private Predictor(IPosePipeline pipeline, Device device, PredictionOptions options)
    {
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
    public IEnumerable<LabeledFrame> Predict(
        SleapVideo video,
        IFrameSource source,
        IReadOnlyList<int> frameIndices,
        IProgress<PredictionProgress>? progress = null,
        CancellationToken cancellation = default,
        Func<int, IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var decoded = new BlockingCollection<List<ImageFrame>>(BatchesAhead);
        var decoder = Task.Factory.StartNew(() => Decode(source, frameIndices, decoded, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var watch = Stopwatch.StartNew();
        var (done, instances) = (0, 0);
        try
        {
            foreach (var batch in decoded.GetConsumingEnumerable(CancellationToken.None))
            {
                cancellation.ThrowIfCancellationRequested();
                var frames = Detect(video, batch, centroids);
                done += frames.Count;
                instances += frames.Sum(frame => frame.Instances.Count);
                progress?.Report(new PredictionProgress(done, frameIndices.Count, done / watch.Elapsed.TotalSeconds, instances));
                foreach (var frame in frames)
                {
                    yield return frame;
                }
            }

            // What went wrong while decoding surfaces here.
            decoder.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)decoder).AsyncWaitHandle.WaitOne();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Pipeline.Dispose();

    private void Decode(IFrameSource source, IReadOnlyList<int> frameIndices, BlockingCollection<List<ImageFrame>> decoded, CancellationToken stop)
    {
        try
        {
            var batch = new List<ImageFrame>(options.BatchSize);
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
                    if (batch.Count > 0)
                    {
                        decoded.Add(batch, stop);
                    }

                    throw;
                }

                if (batch.Count == options.BatchSize || (batch.Count > 0 && !SameForm(batch[0], frame)))
                {
                    decoded.Add(batch, stop);
                    batch = new List<ImageFrame>(options.BatchSize);
                }

                batch.Add(frame);
            }

            if (batch.Count > 0)
            {
                decoded.Add(batch, stop);
            }
        }
        finally
        {
            decoded.CompleteAdding();
        }
    }

    private List<LabeledFrame> Detect(SleapVideo video, List<ImageFrame> batch, Func<int, IReadOnlyList<PafPeak>>? centroids)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var images = cat([.. batch.Select(ImageOps.ToTensor)], 0);
        var detected = Pipeline.Detect(images, centroids is null ? null : [.. batch.Select(frame => centroids(frame.Index))]);
        return [.. batch.Select((frame, i) => new LabeledFrame(video, frame.Index, detected[i].Select(ToInstance)))];
    }

    private PoseInstance ToInstance(DetectedPose pose) => new(Pipeline.Skeleton, pose.Points, InstanceKind.Predicted)
    {
        Score = pose.Score,
        TrackingScore = pose.ClassScore,
        Track = pose.ClassIndex >= 0 && pose.ClassIndex < Tracks.Count ? Tracks[pose.ClassIndex] : null,
    };

    private static bool SameForm(ImageFrame a, ImageFrame b) =>
        (a.HeightPx, a.WidthPx, a.Channels) == (b.HeightPx, b.WidthPx, b.Channels);
}
