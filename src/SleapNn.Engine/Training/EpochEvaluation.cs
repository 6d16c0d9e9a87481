using SleapNn.Configuration;
using SleapNn.Evaluation;

namespace SleapNn.Training;

/// <summary>Measures the model on the validation frames while it is trained, for columns of the log with sleap-nn's names.</summary>
internal sealed class EpochEvaluation(SleapConfig config, DataSplit split, LivePredictor predictor)
{
    private static readonly string[] PoseColumns =
    [
        "eval/val/mOKS", "eval/val/oks_voc_mAP", "eval/val/oks_voc_mAR", "eval/val/distance/avg", "eval/val/distance/p50",
        "eval/val/distance/p95", "eval/val/distance/p99", "eval/val/mPCK", "eval/val/PCK_5", "eval/val/PCK_10",
        "eval/val/visibility_precision", "eval/val/visibility_recall",
    ];

    private static readonly string[] CentroidColumns =
    [
        "eval/val/centroid_dist_avg", "eval/val/centroid_dist_median", "eval/val/centroid_dist_p90", "eval/val/centroid_dist_p95",
        "eval/val/centroid_precision", "eval/val/centroid_recall", "eval/val/centroid_f1",
        "eval/val/centroid_n_tp", "eval/val/centroid_n_fp", "eval/val/centroid_n_fn",
    ];

    private bool IsCentroid => config.ModelConfig.HeadConfigs.Centroid is not null;

    /// <summary>The columns that it fills.</summary>
    public IReadOnlyList<string> Columns => IsCentroid ? CentroidColumns : PoseColumns;

    /// <summary>Measures after an epoch. The model must be in evaluation mode.</summary>
    /// <returns>The values of <see cref="Columns"/>; NaN where a number is not defined, in epochs that are not measured, and where no frame to validate with has an animal.</returns>
    public IEnumerable<double> Measure(int epoch, CancellationToken token)
    {
        if ((epoch + 1) % config.TrainerConfig.Eval.Frequency != 0 || split.Val.All(frame => frame.Instances.Count == 0))
        {
            return Columns.Select(_ => double.NaN);
        }

        var (truth, found) = (new SleapLabels(), new SleapLabels());
        truth.Skeletons.Add(config.DataConfig.Skeletons![0]);
        found.Skeletons.Add(predictor.Skeleton);
        foreach (var frame in split.Val)
        {
            token.ThrowIfCancellationRequested();
            if (!truth.Videos.Contains(frame.Frame.Video))
            {
                truth.Videos.Add(frame.Frame.Video);
                found.Videos.Add(frame.Frame.Video);
            }

            truth.Frames.Add(new LabeledFrame(frame.Frame.Video, frame.Frame.FrameIndex, frame.Instances));
            found.Frames.Add(predictor.Predict(frame, predictor.Read(frame)));
        }

        var eval = config.TrainerConfig.Eval;
        var result = Evaluator.Evaluate(
            truth,
            found,
            new EvaluationOptions
            {
                OksStddev = [eval.OksStddev],
                OksScale = eval.OksScale,
                MaxCentroidDistancePx = eval.MatchThreshold,
                AnchorPart = config.ModelConfig.HeadConfigs.Centroid?.Confmaps.AnchorPart,
                MatchBy = IsCentroid ? MatchMethod.Centroid : MatchMethod.Oks,
                UserLabelsOnly = config.DataConfig.UserInstancesOnly,
            },
            token);
        return IsCentroid ? CentroidValues(result) : PoseValues(result);
    }

    private static double[] PoseValues(EvaluationResult result) =>
    [
        result.MeanOks,
        result.OksVoc?.MeanAveragePrecision ?? double.NaN,
        result.OksVoc?.MeanAverageRecall ?? double.NaN,
        result.Distances.MeanPx,
        result.Distances.P50Px,
        result.Distances.P95Px,
        result.Distances.P99Px,
        result.Pck?.MeanPck ?? double.NaN,
        result.Pck?.PckAt5Px ?? double.NaN,
        result.Pck?.PckAt10Px ?? double.NaN,
        result.Visibility?.Precision ?? double.NaN,
        result.Visibility?.Recall ?? double.NaN,
    ];

    private static double[] CentroidValues(EvaluationResult result)
    {
        var (detection, distances) = (result.Centroids.Detection, result.Centroids.Distances);
        return
        [
            distances.MeanPx, distances.P50Px, distances.P90Px, distances.P95Px, detection.Precision, detection.Recall, detection.F1,
            detection.Matched, detection.Invented, detection.Missed,
        ];
    }
}
