using System.Text.Json;
using SleapNn.Inference;
using SleapNn.Models;
using SleapNn.Preprocessing;
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
            var poses = pipeline.Begin(Prepared(golden, batch, inputScale: 0.5))();
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
            var poses = pipeline.Begin(Prepared(golden, batch, inputScale: 1))();
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

    [SharedFact]
    public void Top_down_gives_the_golden_centroids_crops_and_points()
    {
        var golden = new NpzFile(SharedData.PathTo("reference", "golden", "topdown.npz"));
        var options = new PredictionOptions();
        AssertCentroidsAndCrops(golden, options, cropPx: 96);
        using var pipeline = TopDown("minimal_instance_centered_instance", options, options);
        ForEachFrame(golden, (batch, frame) =>
        {
            var poses = pipeline.Begin(frame)().Single();
            var (points, values) = InFrame(golden, batch);
            var scores = golden[$"{batch}_centroid_val"].ToDoubles();
            Assert.Equal(scores.Length, poses.Count);
            for (var i = 0; i < scores.Length; i++)
            {
                AssertPoints(points.AsSpan(i * 4, 4), values.AsSpan(i * 2, 2), poses[i].Points, $"{batch}, instance {i}");
                Assert.Equal(scores[i], poses[i].Score, 1e-4);
            }
        });
    }

    [SharedFact]
    public void Multi_class_top_down_gives_the_golden_identities()
    {
        var golden = new NpzFile(SharedData.PathTo("reference", "golden", "multiclass_topdown.npz"));
        var options = new PredictionOptions();
        AssertCentroidsAndCrops(golden, options, cropPx: 128);

        // No peak of this model reaches the threshold that the record was made with, and animals without points are
        // left out here: only with a lower one do their identities show.
        using var pipeline = TopDown("minimal_instance_multiclass_centered_instance", options, options with { Peaks = new PeakOptions { Threshold = 0 } });
        using var strict = TopDown("minimal_instance_multiclass_centered_instance", options, options);
        ForEachFrame(golden, (batch, frame) =>
        {
            Assert.All(golden[$"{batch}_pred_instance_peaks"].ToDoubles(), value => Assert.Equal(double.NaN, value));
            Assert.Empty(strict.Begin(frame)().Single());
            var poses = pipeline.Begin(frame)().Single();
            Assert.Equal(golden[$"{batch}_pred_class_inds"].ToDoubles(), poses.Select(pose => (double)pose.ClassIndex));
            Assert.All(golden[$"{batch}_instance_scores"].ToDoubles().Zip(poses), pair => Assert.Equal(pair.First, pair.Second.ClassScore, 1e-4));
        });
    }

    [SharedFact]
    public void Multi_class_bottom_up_gives_the_golden_points_and_identities()
    {
        var golden = new NpzFile(SharedData.PathTo("reference", "golden", "multiclass_bottomup.npz"));
        var options = new PredictionOptions { Peaks = new PeakOptions { Threshold = 0.05 } };
        using var pipeline = new MultiClassBottomUpPipeline(Stage("minimal_instance_multiclass_bottomup", options), options);
        for (var batch = 0; batch < 2; batch++)
        {
            using var scope = NewDisposeScope();
            var poses = pipeline.Begin(Prepared(golden, batch, inputScale: 0.5))();
            var values = golden[$"b{batch}_pred_peak_values"].ToDoubles();
            var probabilities = golden[$"b{batch}_instance_scores"].ToDoubles();
            for (var frame = 0; frame < poses.Length; frame++)
            {
                // The record has a place for each class; a class that was not found is all NaN and has no pose here.
                var points = golden[$"b{batch}_pred_instance_peaks_{frame}"].ToDoubles();
                var found = Enumerable.Range(0, points.Length / 4).Where(k => points.Skip(k * 4).Take(4).Any(double.IsFinite)).ToArray();
                Assert.Equal(found, poses[frame].Select(pose => pose.ClassIndex));
                foreach (var (k, pose) in found.Zip(poses[frame]))
                {
                    var at = ((frame * points.Length / 4) + k) * 2;
                    AssertPoints(points.AsSpan(k * 4, 4), values.AsSpan(at, 2), pose.Points, $"batch {batch}, frame {frame}, class {k}");
                    Assert.Equal(probabilities.Skip(at).Take(2).Average(), pose.ClassScore, 1e-4);
                }
            }
        }
    }

    [SharedTheory]
    [InlineData("bottomup__pkg__t0.05_integral")]
    [InlineData("bottomup__pkg__t0.05_none")]
    [InlineData("bottomup__pkg__t0.2_integral")]
    [InlineData("bottomup__pkg__t0.2_none")]
    [InlineData("centered_only_gt__pkg__t0.05_integral")]
    [InlineData("centered_only_gt__pkg__t0.05_none")]
    [InlineData("centered_only_gt__pkg__t0.2_integral")]
    [InlineData("centered_only_gt__pkg__t0.2_none")]
    [InlineData("centroid_only__pkg__t0.05_integral")]
    [InlineData("centroid_only__pkg__t0.05_none")]
    [InlineData("centroid_only__pkg__t0.2_integral")]
    [InlineData("centroid_only__pkg__t0.2_none")]
    [InlineData("multiclass_bottomup__pkg__t0.05_integral")]
    [InlineData("multiclass_bottomup__pkg__t0.05_none")]
    [InlineData("multiclass_bottomup__pkg__t0.2_integral")]
    [InlineData("multiclass_bottomup__pkg__t0.2_none")]
    [InlineData("multiclass_topdown__pkg__t0.05_integral")]
    [InlineData("multiclass_topdown__pkg__t0.05_none")]
    [InlineData("multiclass_topdown__pkg__t0.2_integral")]
    [InlineData("multiclass_topdown__pkg__t0.2_none")]
    [InlineData("single_instance__pkg__t0.05_integral")]
    [InlineData("single_instance__pkg__t0.05_none")]
    [InlineData("single_instance__pkg__t0.2_integral")]
    [InlineData("single_instance__pkg__t0.2_none")]
    [InlineData("topdown__pkg__t0.05_integral")]
    [InlineData("topdown__pkg__t0.05_none")]
    [InlineData("topdown__pkg__t0.2_integral")]
    [InlineData("topdown__pkg__t0.2_none")]
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
        var labels = new PredictionRun(predictor, models, PredictionSource.OfPath(source, new FrameChoice()), options).ToLabels().Labels;

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

    [SharedFact]
    public void A_centered_instance_model_alone_needs_labels()
    {
        var options = new PredictionOptions();
        using var predictor = Predictor.Load([SharedData.PathTo("data", "models", "minimal_instance_centered_instance")], options);
        var video = PredictionSource.OfPath(SharedData.PathTo("data", "datasets", "centered_pair_small.mp4"), new FrameChoice(FrameRange: "0"));
        var error = Assert.Throws<PredictionException>(() => new PredictionRun(predictor, [], video, options));
        Assert.Equal("ModelCombination", error.ErrorId);
        Assert.Contains("centroid model", error.Message);
    }

    private static void AssertCentroidsAndCrops(NpzFile golden, PredictionOptions options, int cropPx)
    {
        using var finder = new CentroidStage(Stage("minimal_instance_centroid", options), options);
        ForEachFrame(golden, (batch, frame) =>
        {
            var centroids = finder.Begin(frame).Find().Single();
            var wanted = golden[$"{batch}_pred_centroids"].ToDoubles();
            var values = golden[$"{batch}_centroid_val"].ToDoubles();
            Assert.Equal(values.Length, centroids.Count);
            for (var i = 0; i < values.Length; i++)
            {
                Assert.Equal(wanted[2 * i], centroids[i].X, 1e-3);
                Assert.Equal(wanted[(2 * i) + 1], centroids[i].Y, 1e-3);
                Assert.Equal(values[i], centroids[i].Value, 1e-4);
            }

            var at = tensor(centroids.SelectMany(peak => new[] { peak.X, peak.Y }).ToArray()).reshape(-1, 2);
            var (crops, _) = Crops.AtCentroids(frame, at, new int[values.Length], cropPx, cropPx);
            var recorded = golden[$"{batch}_instance_image"];
            Assert.Equal(recorded.Shape[^2..], crops.shape[^2..]);
            Assert.Equal(recorded.ToBytes(), crops.contiguous().data<byte>().ToArray());
        });
    }

    // A batch of these records is one frame, repeated for each of its crops.
    private static void ForEachFrame(NpzFile golden, Action<string, Tensor> check)
    {
        var batches = golden.Names.Where(name => name.EndsWith("_image", StringComparison.Ordinal) && !name.EndsWith("_instance_image", StringComparison.Ordinal)).ToArray();
        Assert.Equal(8, batches.Length);
        foreach (var name in batches)
        {
            using var scope = NewDisposeScope();
            check(name[..name.IndexOf('_', StringComparison.Ordinal)], tensor(golden[name].ToBytes(), dtype: ScalarType.Byte).reshape(golden[name].Shape).narrow(0, 0, 1));
        }
    }

    private static (double[] Points, double[] Values) InFrame(NpzFile golden, string batch)
    {
        var points = golden[$"{batch}_pred_instance_peaks"].ToDoubles();
        var boxes = golden[$"{batch}_instance_bbox"].ToDoubles();
        for (var i = 0; i < points.Length; i++)
        {
            points[i] += boxes[(i / 4 * 8) + (i % 2)];
        }

        return (points, golden[$"{batch}_pred_peak_values"].ToDoubles());
    }

    private static TopDownPipeline TopDown(string model, PredictionOptions first, PredictionOptions second) =>
        new(new CentroidStage(Stage("minimal_instance_centroid", first), first), Stage(model, second), second);

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

            // The mean position of a patch divides by the patch's sum, which is close to zero under spurious peaks: there the last
            // digits of the maps, which differ between processors, are magnified.
            var tolerance = values[node] < 0.2 ? 1e-2 : 1e-3;
            Assert.True(Math.Abs(x - actual[node].X) <= tolerance && Math.Abs(y - actual[node].Y) <= tolerance, $"{what}, node {node}: {actual[node]} instead of ({x}, {y})");
            Assert.Equal(values[node], actual[node].Score, 1e-4);
        }
    }
}
