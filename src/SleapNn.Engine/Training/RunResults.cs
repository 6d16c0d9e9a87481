using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Evaluation;
using SleapNn.Inference;
using SleapNn.LabelFiles;

namespace SleapNn.Training;

/// <summary>
/// Predicts with the trained model on the labels of the run and on its test files, and measures: <c>labels_pr.train.0.slp</c>
/// and <c>metrics.train.0.npz</c>, the same for val and test, under sleap-nn's names.
/// </summary>
internal sealed class RunResults(
    string folder, SleapConfig config, string device, IProgress<TrainingProgress>? progress, IReadOnlyList<IRunObserver> observers)
{
    /// <summary>The name of a file of labels that were trained on or validated with.</summary>
    public static string TruthName(string part, int file) => string.Create(CultureInfo.InvariantCulture, $"labels_gt.{part}.{file}.slp");

    /// <summary>Refuses test files that are not there, before hours are spent on training.</summary>
    /// <exception cref="TrainingException">One is not there (TrainingTestFileNotFound).</exception>
    public static void RequireTestFiles(DataConfig data, string basePath)
    {
        foreach (var path in data.TestFilePath ?? [])
        {
            if (!Path.Exists(Path.GetFullPath(path, basePath)))
            {
                throw new TrainingException("TrainingTestFileNotFound", $"There is no test file '{path}' (data_config.test_file_path). Give the path of labels or of a video, or set it to null.", path);
            }
        }
    }

    /// <summary>Writes the predictions and metrics. What cannot be done for one file is said, and the others go on.</summary>
    public void Write(int trainFiles, int valFiles, CancellationToken token)
    {
        var options = new PredictionOptions { Device = device };
        using var predictor = Predictor.Load([folder], options);
        var sources = Enumerable.Range(0, trainFiles).Select(i => (Part: $"train.{i}", Path: Path.Combine(folder, TruthName("train", i))))
            .Concat(Enumerable.Range(0, valFiles).Select(i => ($"val.{i}", Path.Combine(folder, TruthName("val", i)))))
            .Concat((config.DataConfig.TestFilePath ?? []).Select((path, i) => ($"test.{i}", path)));
        foreach (var (part, path) in sources)
        {
            token.ThrowIfCancellationRequested();
            progress?.Report(new TrainingProgress { Activity = $"Predicting on {part}" });
            try
            {
                WriteOne(predictor, options, part, path, token);
            }
            catch (SleapException e) when (!WriteFailure.Is(e))
            {
                progress?.Report(new TrainingProgress { Activity = "Predicting", Message = $"There are no predictions or metrics of {part} ('{path}'): {e.Message}", IsWarning = true });
            }
        }
    }

    private void WriteOne(Predictor predictor, PredictionOptions options, string part, string path, CancellationToken token)
    {
        var isLabels = Path.GetExtension(path).Equals(".slp", StringComparison.OrdinalIgnoreCase);
        var truth = isLabels ? PartSelection.Apply(LabelsFile.Load(path), PartSelection.NamesIn(config.ModelConfig.HeadConfigs)) : null;
        var source = truth is null
            ? PredictionSource.OfPath(path, new FrameChoice())
            : new PredictionSource(path, Labelled(truth), truth, new FrameChoice());
        if (source.FrameCount == 0)
        {
            // Of several files one may have given all its frames to the other part.
            return;
        }

        var predicted = new PredictionRun(predictor, [folder], source, options).ToLabels(progress: null, token).Labels;
        LabelsFile.Save(predicted, Path.Combine(folder, $"labels_pr.{part}.slp"));
        if (truth is null)
        {
            return;
        }

        var isCentroid = config.ModelConfig.HeadConfigs.Centroid is not null;
        var result = Evaluator.Evaluate(
            truth,
            predicted,
            new EvaluationOptions
            {
                UserLabelsOnly = config.DataConfig.UserInstancesOnly,
                MatchBy = isCentroid ? MatchMethod.Centroid : MatchMethod.Oks,
                AnchorPart = config.ModelConfig.HeadConfigs.Centroid?.Confmaps.AnchorPart,
            },
            token);
        MetricsFile.Save(result, Path.Combine(folder, $"metrics.{part}.npz"));
        foreach (var observer in observers)
        {
            observer.Measured(part, result);
        }

        progress?.Report(new TrainingProgress { Activity = "Predicting", Message = $"{part}: {result}" });
    }

    private List<PredictionTarget> Labelled(SleapLabels labels) =>
    [
        .. labels.Videos
            .Select(video => new PredictionTarget(
                video,
                [.. labels.Frames.Where(f => f.Video == video && TrainingFrame.IsUsed(f, config.DataConfig)).Select(f => f.FrameIndex).Distinct().Order()]))
            .Where(target => target.Frames.Count > 0),
    ];
}
