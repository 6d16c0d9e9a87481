using System.Text.Json;
using SleapNn.Inference;
using SleapNn.Models;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Inference;

/// <summary>Compares whole predictions with what sleap-nn recorded, on identical pixels.</summary>
public sealed class PipelineReferenceTests
{
    public PipelineReferenceTests() => NativeLibraries.EnsureLoaded();

    [SharedFact]
    public void Single_instance_gives_the_golden_points()
    {
        var golden = new NpzFile(SharedData.PathTo("reference", "golden", "single_instance.npz"));
        var options = new PredictionOptions();
        using var pipeline = new SingleInstancePipeline(Stage("minimal_instance_single_instance", options), options);
        for (var batch = 0; batch < 2; batch++)
        {
            using var scope = NewDisposeScope();
            var poses = pipeline.Detect(Prepared(golden, batch, inputScale: 0.5));
            var points = golden[$"b{batch}_pred_instance_peaks"].ToDoubles();
            var values = golden[$"b{batch}_pred_peak_values"].ToDoubles();
            for (var frame = 0; frame < poses.Length; frame++)
            {
                AssertPoints(points.AsSpan(frame * 4, 4), values.AsSpan(frame * 2, 2), poses[frame].Single().Points, $"batch {batch}, frame {frame}");
            }
        }
    }

    [SharedFact]
    public void Bottom_up_gives_the_golden_points_and_scores()
    {
        var golden = new NpzFile(SharedData.PathTo("reference", "golden", "bottomup.npz"));
        var options = new PredictionOptions();
        using var pipeline = new BottomUpPipeline(Stage("minimal_instance_bottomup", options), options);
        for (var batch = 0; batch < 2; batch++)
        {
            using var scope = NewDisposeScope();
            var poses = pipeline.Detect(Prepared(golden, batch, inputScale: 1));
            for (var frame = 0; frame < poses.Length; frame++)
            {
                var points = golden[$"b{batch}_pred_instance_peaks_{frame}"].ToDoubles();
                var values = golden[$"b{batch}_pred_peak_values_{frame}"].ToDoubles();
                var scores = golden[$"b{batch}_instance_scores_{frame}"].ToDoubles();
                Assert.Equal(scores.Length, poses[frame].Count);
                for (var i = 0; i < scores.Length; i++)
                {
                    AssertPoints(points.AsSpan(i * 4, 4), values.AsSpan(i * 2, 2), poses[frame][i].Points, $"batch {batch}, frame {frame}, instance {i}");
                    Assert.Equal(scores[i], poses[frame][i].Score, 1e-4);
                }
            }
        }
    }

    [SharedTheory]
    [InlineData("single_instance__pkg__t0.05_integral")]
    [InlineData("single_instance__pkg__t0.05_none")]
    [InlineData("single_instance__pkg__t0.2_integral")]
    [InlineData("single_instance__pkg__t0.2_none")]
    [InlineData("bottomup__pkg__t0.05_integral")]
    [InlineData("bottomup__pkg__t0.05_none")]
    [InlineData("bottomup__pkg__t0.2_integral")]
    [InlineData("bottomup__pkg__t0.2_none")]
    [InlineData("centroid_only__pkg__t0.05_integral")]
    [InlineData("centroid_only__pkg__t0.2_integral")]
    [InlineData("centroid_only__pkg__t0.2_none")]
    [InlineData("topdown__pkg__t0.05_integral")]
    [InlineData("topdown__pkg__t0.05_none")]
    [InlineData("topdown__pkg__t0.2_none")]
    [InlineData("multiclass_bottomup__pkg__t0.05_integral")]
    [InlineData("multiclass_bottomup__pkg__t0.05_none")]
    [InlineData("multiclass_bottomup__pkg__t0.2_integral")]
    [InlineData("multiclass_bottomup__pkg__t0.2_none")]
    [InlineData("multiclass_topdown__pkg__t0.05_none")]
    [InlineData("multiclass_topdown__pkg__t0.2_integral")]
    public void Whole_predictions_are_those_of_sleap_nn(string setting)
    {
        var expected = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(SharedData.PathTo("reference", "predict", setting + ".json")).Replace("NaN", "\"NaN\""));
        var options = new PredictionOptions
        {
            Peaks = new PeakOptions
            {
                Threshold = expected.GetProperty("peak_threshold").GetDouble(),
                Refinement = setting.EndsWith("integral", StringComparison.Ordinal) ? PeakRefinement.Integral : PeakRefinement.None,
            },
        };
        string[] models = [.. expected.GetProperty("models").EnumerateArray().Select(model => SharedData.PathTo("data", "models", model.GetString()!))];
        var source = SharedData.PathTo("data", "datasets", expected.GetProperty("source").GetString()!);
        using var predictor = Predictor.Load(models, options);
        var labels = PredictionRun.Run(predictor, models, source, FrameSelection.All, null, null, options, null, CancellationToken.None);

        var frames = expected.GetProperty("frames").EnumerateArray().ToArray();
        Assert.Equal(frames.Length, labels.Frames.Count);
        foreach (var (wanted, frame) in frames.Zip(labels.Frames))
        {
            var instances = wanted.GetProperty("instances").EnumerateArray().ToArray();
            Assert.Equal(instances.Length, frame.Instances.Count);
            foreach (var (instance, actual) in instances.Zip(frame.Instances))
            {
                var points = instance.GetProperty("points").EnumerateArray().SelectMany(Numbers).ToArray();
                AssertPoints(points, [.. Numbers(instance.GetProperty("point_scores"))], actual.Points, setting);
                Assert.Equal(Number(instance.GetProperty("score")), actual.Score, 1e-4);
                Assert.Equal(instance.GetProperty("track").GetString(), actual.Track?.Name);
                Assert.Equal(Number(instance.GetProperty("tracking_score")), actual.TrackingScore, 1e-4);
            }
        }
    }

    private static ModelStage Stage(string model, PredictionOptions options) =>
        new(ModelFolder.Load(SharedData.PathTo("data", "models", model), CPU), CPU, options);

    private static StageInput Prepared(NpzFile golden, int batch, double inputScale)
    {
        var image = golden[$"b{batch}_image"];
        return new StageInput(tensor(image.ToBytes(), dtype: ScalarType.Byte).reshape([image.Shape[0], .. image.Shape[2..]]), inputScale, MatchScale: 1);
    }

    private static IEnumerable<double> Numbers(JsonElement array) => array.EnumerateArray().Select(Number);

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String ? double.NaN : value.GetDouble();

    private static void AssertPoints(ReadOnlySpan<double> points, ReadOnlySpan<double> values, PosePoint[] actual, string what)
    {
        Assert.Equal(values.Length, actual.Length);
        for (var node = 0; node < actual.Length; node++)
        {
            var (x, y) = (points[2 * node], points[(2 * node) + 1]);
            if (double.IsNaN(x))
            {
                Assert.False(actual[node].HasPosition, what);
                continue;
            }

            Assert.True(Math.Abs(x - actual[node].X) <= 1e-3 && Math.Abs(y - actual[node].Y) <= 1e-3, $"{what}, node {node}: {actual[node]} instead of ({x}, {y})");
            Assert.Equal(values[node], actual[node].Score, 1e-4);
        }
    }
}
