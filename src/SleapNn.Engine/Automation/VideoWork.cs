using SleapNn.Inference;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Automation;

/// <summary>Predicts with models, tracks, and draws. The models are loaded for the first video and stay.</summary>
/// <param name="models">The model folders.</param>
/// <param name="options">How to predict.</param>
/// <param name="tracking">How to track; null for not at all.</param>
/// <param name="trailFrames">How many frames back the trails of drawn tracks reach.</param>
public sealed class VideoWork(IReadOnlyList<string> models, PredictionOptions options, TrackingOptions? tracking, int trailFrames) : IVideoWork, IDisposable
{
    private static readonly string[] UselessJournal = ["ResumeMismatch", "JournalUnreadable"];
    private Predictor? predictor;

    /// <inheritdoc/>
    public VideoOutcome Predict(string video, string output, IProgress<PredictionProgress>? progress, CancellationToken cancellation)
    {
        predictor ??= LoadModels();
        var run = new PredictionRun(predictor, models, PredictionSource.OfPath(video, new FrameChoice()), options, tracking);
        PredictionResult result;
        try
        {
            result = run.ToFile(output, resume: true, keepFrames: false, progress, cancellation);
        }
        catch (PredictionException error) when (UselessJournal.Contains(error.ErrorId))
        {
            // Other models or options than those of the attempt that was stopped, or another video of that name.
            result = run.ToFile(output, resume: false, keepFrames: false, progress, cancellation);
        }

        var warning = result.Warning ?? (result is { FrameCount: > 0, InstanceCount: 0 } ? "nothing was found in any frame: are these the right models, and are their thresholds and filters too high?" : null);
        return new VideoOutcome(result.FrameCount, result.InstanceCount, result.ResumedCount, warning);
    }

    /// <inheritdoc/>
    public void Draw(string labels, string overlay, CancellationToken cancellation)
    {
        var predicted = LabelsFile.Load(labels);
        var video = predicted.Videos[0];
        using var source = FrameSource.Open(video);
        var framesPerSecond = source is VideoFrameSource { FramesPerSecond: > 0 } file ? file.FramesPerSecond : 25;
        var style = new PoseStyle { Tracks = [.. predicted.Tracks] };
        VideoFile.Write(overlay, framesPerSecond, PoseDrawing.DrawVideo(predicted, video, source, source.FrameIndices, style, trailFrames: trailFrames), cancellation);
    }

    /// <inheritdoc/>
    public VideoOutcome Count(string labels)
    {
        var predicted = LabelsFile.Load(labels);
        return new VideoOutcome(predicted.Frames.Count, predicted.Frames.Sum(frame => (long)frame.Instances.Count));
    }

    /// <inheritdoc/>
    public string ProgressPath(string output) => PredictionRun.JournalPath(output);

    /// <inheritdoc/>
    public void Reset()
    {
        predictor?.Dispose();
        predictor = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    private Predictor LoadModels()
    {
        try
        {
            return Predictor.Load([.. models], options);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // No video's fault: nothing else can be predicted either.
            throw new WatchStoppedException(error);
        }
    }
}
