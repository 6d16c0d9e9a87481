using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Inference;

/// <summary>Predicts on frames that come one by one from elsewhere, a batch at a time.</summary>
public sealed class LivePrediction
{
    private readonly Predictor predictor;
    private readonly IReadOnlyList<string> modelPaths;
    private readonly PredictionOptions options;
    private readonly TrackingOptions? tracking;
    private readonly StreamTracking tracks;
    private readonly SleapVideo video;
    private readonly List<ImageFrame> waiting = [];
    private readonly List<LabeledFrame> frames = [];
    private readonly DateTime start = DateTime.Now;

    /// <summary>Begins.</summary>
    /// <param name="predictor">The models.</param>
    /// <param name="modelPaths">Where the models came from.</param>
    /// <param name="name">The name of the video that the frames belong to.</param>
    /// <param name="options">How the prediction is run.</param>
    /// <param name="tracking">How animals are tracked; null for not at all.</param>
    /// <exception cref="PredictionException">As for <see cref="PredictionRun"/>.</exception>
    public LivePrediction(Predictor predictor, IReadOnlyList<string> modelPaths, string name, PredictionOptions options, TrackingOptions? tracking)
    {
        this.predictor = predictor;
        this.modelPaths = modelPaths;
        this.options = options;
        this.tracking = tracking;
        tracks = new StreamTracking(tracking);
        video = new SleapVideo { FileName = name };

        // The same demands as on any source.
        _ = new PredictionRun(predictor, modelPaths, Source([]), options, tracking);
    }

    /// <summary>Takes the next frame. Every batch of them goes through the models at once.</summary>
    /// <param name="frame">The frame.</param>
    public void Add(ImageFrame frame)
    {
        if (waiting.Count > 0 && (waiting[0].HeightPx, waiting[0].WidthPx, waiting[0].Channels) != (frame.HeightPx, frame.WidthPx, frame.Channels))
        {
            Predict();
        }

        waiting.Add(frame);
        video.HeightPx ??= frame.HeightPx;
        video.WidthPx ??= frame.WidthPx;
        video.Channels ??= frame.Channels;
        if (waiting.Count == options.BatchSize)
        {
            Predict();
        }
    }

    /// <summary>Predicts on the frames that are left.</summary>
    /// <returns>Labels with all frames.</returns>
    public PredictionResult Finish()
    {
        Predict();
        video.FrameCount = frames.Count == 0 ? 0 : frames.Max(frame => frame.FrameIndex) + 1;
        var labels = new SleapLabels();
        labels.Skeletons.Add(predictor.Pipeline.Skeleton);
        labels.Videos.Add(video);
        labels.Tracks.AddRange(tracking is null ? predictor.Tracks.Where(tracks.Tracks.Contains) : tracks.Tracks);
        labels.Frames.AddRange(frames);
        labels.Provenance = PredictionProvenance.Of(predictor, modelPaths, Source([.. frames.Select(frame => frame.FrameIndex)]), options, tracking, start);
        return new PredictionResult(labels, frames.Count, frames.Sum(frame => (long)frame.Instances.Count), tracks.UntrackedCount);
    }

    private PredictionSource Source(IReadOnlyList<int> indices) => new(video.FileName, [new PredictionTarget(video, indices)], null, new FrameChoice());

    private void Predict()
    {
        if (waiting.Count == 0)
        {
            return;
        }

        foreach (var frame in predictor.Predict(video, waiting))
        {
            tracks.Track(frame.Frame, frame.Image);
            frames.Add(frame.Frame);
        }

        waiting.Clear();
    }
}
