using System.Globalization;
using System.Text.Json.Nodes;
using SleapNn.Media;

namespace SleapNn.Inference;

/// <summary>Predicts on a whole source and gathers the result as labels.</summary>
public static class PredictionRun
{
    /// <summary>Predicts on a video, images or a labels file.</summary>
    /// <param name="predictor">The models.</param>
    /// <param name="modelPaths">Where the models came from, for the provenance.</param>
    /// <param name="path">The source.</param>
    /// <param name="selection">Which frames of a labels file.</param>
    /// <param name="videoIndex">One video of a labels file, or null.</param>
    /// <param name="frameRange">Frames by number, or null.</param>
    /// <param name="options">How the prediction is run, for the provenance.</param>
    /// <param name="progress">Told after every batch, over all videos together.</param>
    /// <param name="cancellation">Ends the prediction after the present batch.</param>
    /// <returns>Labels with the predicted instances, a frame for each frame that was looked at.</returns>
    public static SleapLabels Run(
        Predictor predictor,
        IReadOnlyList<string> modelPaths,
        string path,
        FrameSelection selection,
        int? videoIndex,
        string? frameRange,
        PredictionOptions options,
        IProgress<PredictionProgress>? progress,
        CancellationToken cancellation)
    {
        var start = DateTime.Now;
        var (targets, source) = PredictionTarget.Find(path, selection, videoIndex, frameRange);
        if (predictor.Pipeline.NeedsCentroids && source is null)
        {
            throw new PredictionException(
                "ModelCombination",
                $"A {predictor.Pipeline.Kind} model works on crops around animals: also give the centroid model that finds them, as in "
                + "-Model centroid_folder, crop_folder, or predict on labels (.slp) whose instances say where the animals are.",
                path);
        }

        var total = targets.Sum(target => target.Frames.Count);
        var labels = new SleapLabels();
        labels.Skeletons.Add(predictor.Pipeline.Skeleton);
        foreach (var target in targets)
        {
            labels.Videos.Add(target.Video);
            var before = labels.Frames.Count;
            var instancesBefore = labels.Frames.Sum(frame => frame.Instances.Count);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var frames = FrameSource.Open(target.Video);
            var whole = progress is null ? null : new Relay<PredictionProgress>(state => progress.Report(new PredictionProgress(
                before + state.FramesDone, total, state.FramesPerSecond, instancesBefore + state.InstanceCount)));
            var centroids = predictor.Pipeline.NeedsCentroids ? GivenCentroids.Of(source!, target.Video, predictor.Pipeline.AnchorPart) : null;
            labels.Frames.AddRange(predictor.Predict(target.Video, frames, target.Frames, whole, cancellation, centroids).Select(frame => frame.Frame));
        }

        labels.Tracks.AddRange(predictor.Tracks.Where(track => labels.Frames.Any(frame => frame.Instances.Any(instance => instance.Track == track))));
        labels.Provenance = Provenance(predictor, modelPaths, path, source, total, options, start);
        return labels;
    }

    // The keys and forms are those that sleap-nn writes (inference/provenance.py), so that its readers find them.
    private static JsonObject Provenance(
        Predictor predictor, IReadOnlyList<string> modelPaths, string path, SleapLabels? source, int frames, PredictionOptions options, DateTime start)
    {
        var end = DateTime.Now;
        var provenance = new JsonObject
        {
            ["inference_start_timestamp"] = Timestamp(start),
            ["inference_end_timestamp"] = Timestamp(end),
            ["inference_runtime_seconds"] = Math.Round((end - start).TotalSeconds, 6),
            ["software"] = $"SleapNn {typeof(SleapLabels).Assembly.GetName().Version?.ToString(3)}",
            ["model_paths"] = new JsonArray([.. modelPaths.Select(model => (JsonNode)Posix(model))]),
            ["model_type"] = predictor.Pipeline.Kind,
            ["source_file"] = Posix(path),
            ["frame_selection"] = new JsonObject { ["frames_processed"] = frames },
            ["inference_config"] = new JsonObject
            {
                ["batch_size"] = options.BatchSize,
                ["peak_threshold"] = options.Peaks.Threshold,
                ["integral_refinement"] = options.Peaks.Refinement == PeakRefinement.Integral ? "integral" : null,
                ["integral_patch_size"] = options.Peaks.IntegralPatchSize,
                ["max_instances"] = options.MaxInstances,
            },
            ["device"] = predictor.Device.ToString(),
        };
        if (source is { Provenance.Count: > 0 })
        {
            provenance["input_provenance"] = source.Provenance.DeepClone();
        }

        return provenance;
    }

    private static string Timestamp(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Posix(string path) => Path.GetFullPath(path).Replace('\\', '/');

    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
