using System.Text.Json;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Evaluation;

/// <summary>Compares with the numbers that sleap-nn gives.</summary>
public sealed class EvaluatorReferenceTests
{
    private const double Tolerance = 1e-6;

    [SharedTheory]
    [InlineData("bottomup")]
    [InlineData("topdown")]
    [InlineData("multiclass_bottomup")]
    public void Its_numbers_are_those_of_sleap_nn(string model)
    {
        // sleap-nn's evaluation was of another run of the same models, whose points differ in the sixth digit. So each
        // predicted animal is put where its nodes have exactly the distances that sleap-nn measured.
        using var reference = JsonDocument.Parse(File.ReadAllText(SharedData.PathTo("reference", "track_eval", "evaluation.json")));
        var expected = reference.RootElement.GetProperty(model);
        var truth = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var measured = expected.GetProperty("distance_metrics").GetProperty("dists");
        var matched = Evaluator.Evaluate(truth, Prediction(truth, model)).Matches;
        var prediction = Builder.Labels(truth.Skeleton.Nodes, truth.Videos[0]);
        prediction.Frame(0, [.. matched.Select((match, i) => new PoseInstance(
            prediction.Skeleton,
            [.. match.GroundTruth.Points.Select((p, node) => new PosePoint(p.X + measured[i][node].GetDouble(), p.Y))],
            InstanceKind.Predicted) { Score = match.Prediction.Score })]);

        var result = Evaluator.Evaluate(truth, prediction);

        Compare(expected.GetProperty("voc_metrics"), "oks_voc", result.OksVoc!);
        Compare(expected.GetProperty("voc_metrics"), "pck_voc", result.PckVoc!);
        Close(expected.GetProperty("mOKS").GetProperty("mOKS"), result.MeanOks);
        var distances = expected.GetProperty("distance_metrics");
        Close(distances.GetProperty("avg"), result.Distances.MeanPx);
        Close(distances.GetProperty("p50"), result.Distances.P50Px);
        Close(distances.GetProperty("p75"), result.Distances.P75Px);
        Close(distances.GetProperty("p90"), result.Distances.P90Px);
        Close(distances.GetProperty("p95"), result.Distances.P95Px);
        Close(distances.GetProperty("p99"), result.Distances.P99Px);
        Close(distances.GetProperty("dists"), result.Matches.SelectMany(m => m.DistancesPx));
        Close(distances.GetProperty("frame_idxs"), result.Matches.Select(m => (double)m.FrameIndex));
        var pck = expected.GetProperty("pck_metrics");
        Close(pck.GetProperty("thresholds"), result.Pck!.ThresholdsPx);
        Close(pck.GetProperty("mPCK_parts"), result.Pck.PckByNode);
        Close(pck.GetProperty("mPCK"), result.Pck.MeanPck);
        Close(pck.GetProperty("PCK@5"), result.Pck.PckAt5Px);
        Close(pck.GetProperty("PCK@10"), result.Pck.PckAt10Px);
        var visibility = expected.GetProperty("visibility_metrics");
        Close(visibility.GetProperty("tp"), result.Visibility!.TruePositives);
        Close(visibility.GetProperty("fp"), result.Visibility.FalsePositives);
        Close(visibility.GetProperty("tn"), result.Visibility.TrueNegatives);
        Close(visibility.GetProperty("fn"), result.Visibility.FalseNegatives);
        Close(visibility.GetProperty("precision"), result.Visibility.Precision);
        Close(visibility.GetProperty("recall"), result.Visibility.Recall);
    }

    [SharedTheory]
    [InlineData("bottomup")]
    [InlineData("topdown")]
    [InlineData("multiclass_bottomup")]
    public void It_measures_whole_predictions_as_sleap_nn_does(string model)
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(SharedData.PathTo("reference", "track_eval", "evaluation.json")));
        var expected = reference.RootElement.GetProperty(model);
        var truth = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));

        var result = Evaluator.Evaluate(truth, Prediction(truth, model));

        Assert.Equal(expected.GetProperty("mOKS").GetProperty("mOKS").GetDouble(), result.MeanOks, 1e-5);
        Assert.Equal(expected.GetProperty("distance_metrics").GetProperty("avg").GetDouble(), result.Distances.MeanPx, 1e-4);
        Assert.Equal(expected.GetProperty("voc_metrics").GetProperty("oks_voc.mAP").GetDouble(), result.OksVoc!.MeanAveragePrecision, Tolerance);
        Assert.Equal(expected.GetProperty("pck_metrics").GetProperty("mPCK").GetDouble(), result.Pck!.MeanPck, Tolerance);
    }

    [SharedTheory]
    [InlineData("oks", 0.025, null)]
    [InlineData("oks_sd05", 0.05, null)]
    [InlineData("oks_scale", 0.025, 50.0)]
    public void The_OKS_is_that_of_sleap_nn(string name, double stddev, double? scale)
    {
        // NaN is no JSON.
        var text = File.ReadAllText(SharedData.PathTo("reference", "track_eval", "oks.json")).Replace("NaN", "null");
        using var reference = JsonDocument.Parse(text);
        var predicted = Points(reference.RootElement.GetProperty("pr")[0]);

        var values = reference.RootElement.GetProperty("gt").EnumerateArray()
            .Select(t => ObjectKeypointSimilarity.Compute(Points(t), predicted, [stddev], scale));

        Close(reference.RootElement.GetProperty(name), values);
    }

    private static SleapLabels Prediction(SleapLabels truth, string model)
    {
        // The evaluated predictions were made with this threshold and refinement.
        using var file = JsonDocument.Parse(File.ReadAllText(SharedData.PathTo("reference", "predict", $"{model}__pkg__t0.05_integral.json")));
        var nodes = file.RootElement.GetProperty("skeleton").EnumerateArray().Select(n => n.GetString()!).ToList();
        var labels = Builder.Labels(nodes, truth.Videos[0]);
        foreach (var frame in file.RootElement.GetProperty("frames").EnumerateArray())
        {
            labels.Frame(frame.GetProperty("frame_idx").GetInt32(), [.. frame.GetProperty("instances").EnumerateArray().Select(i =>
                new PoseInstance(labels.Skeleton, Points(i.GetProperty("points")), InstanceKind.Predicted) { Score = i.GetProperty("score").GetDouble() })]);
        }

        return labels;
    }

    private static PosePoint[] Points(JsonElement rows) => [.. rows.EnumerateArray().Select(p =>
        p[0].ValueKind == JsonValueKind.Null ? PosePoint.Missing : new PosePoint(p[0].GetDouble(), p[1].GetDouble()))];

    private static void Compare(JsonElement expected, string name, VocMetrics actual)
    {
        Close(expected.GetProperty($"{name}.match_score_thresholds"), actual.MatchScoreThresholds);
        Close(expected.GetProperty($"{name}.recall_thresholds"), actual.RecallThresholds);
        Close(expected.GetProperty($"{name}.match_scores"), actual.MatchScores);
        Close(expected.GetProperty($"{name}.precisions"), actual.Precisions.SelectMany(row => row));
        Close(expected.GetProperty($"{name}.recalls"), actual.Recalls);
        Close(expected.GetProperty($"{name}.AP"), actual.AveragePrecisions);
        Close(expected.GetProperty($"{name}.AR"), actual.Recalls);
        Close(expected.GetProperty($"{name}.mAP"), actual.MeanAveragePrecision);
        Close(expected.GetProperty($"{name}.mAR"), actual.MeanAverageRecall);
    }

    private static void Close(JsonElement expected, double actual) => Assert.Equal(expected.GetDouble(), actual, Tolerance);

    private static void Close(JsonElement expected, IEnumerable<double> actual)
    {
        var values = Flat(expected).ToList();
        var all = actual.ToList();
        Assert.Equal(values.Count, all.Count);
        Assert.All(values.Zip(all), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static IEnumerable<double> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element.GetDouble()];
}
