using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsCheck;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Evaluation;

public sealed class MetricsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedTheory]
    [InlineData("labels_val_gt_0.slp", "pred_val_0.slp", "val_0_pred_metrics.npz")]
    [InlineData("labels_train_gt_0.slp", "pred_train_0.slp", "train_0_pred_metrics.npz")]
    [InlineData("labels_train_gt_0.slp", "pred_test.slp", "test_pred_metrics.npz")]
    public void The_metrics_of_a_model_are_those_that_sleap_nn_saved(string truth, string prediction, string metrics)
    {
        var model = SharedData.PathTo("data", "models", "single_instance_with_metrics");
        var saved = MetricsFile.Load(Path.Combine(model, metrics));

        var result = Evaluator.Evaluate(LabelsFile.Load(Path.Combine(model, truth)), LabelsFile.Load(Path.Combine(model, prediction)));

        AssertSame(saved, result, 1e-6);
        Assert.True(saved.MeanOks > 0);
        Assert.Equal(5.98, saved.Distances.MeanPx, 0.01);
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        var result = Evaluate(2);
        var path = Path.Combine(folder, "new", "metrics.val.0.npz");

        MetricsFile.Save(result, path);

        AssertSame(MetricsFile.Load(path), result, 0);
    }

    [Fact]
    public void A_result_without_any_match_reads_back()
    {
        var result = Evaluate(1e6);
        var path = Path.Combine(folder, "metrics.npz");

        MetricsFile.Save(result, path);

        var saved = MetricsFile.Load(path);
        Assert.Equal(0, saved.OksVoc!.MeanAveragePrecision);
        Assert.True(double.IsNaN(saved.MeanOks) && double.IsNaN(saved.Pck!.MeanPck));
    }

    [Fact]
    public void Centroid_metrics_read_back()
    {
        var result = Evaluate(2, new EvaluationOptions { MatchBy = MatchMethod.Centroid });
        var path = Path.Combine(folder, "metrics.npz");

        MetricsFile.Save(result, path);

        var saved = MetricsFile.Load(path);
        Assert.Equal(result.Detection, saved.Detection);
        Assert.Equal(result.Distances, saved.Distances);
        Assert.Null(saved.OksVoc);
    }

    [Fact]
    public void Json_holds_the_same_values_with_null_for_undefined_ones()
    {
        var path = Path.Combine(folder, "metrics.json");
        MetricsFile.Save(Evaluate(2), path);
        using var json = JsonDocument.Parse(File.ReadAllText(path));

        Assert.Equal(2, json.RootElement.GetProperty("distance_metrics").GetProperty("avg").GetDouble());
        Assert.Equal(2, json.RootElement.GetProperty("distance_metrics").GetProperty("dists")[0][1].GetDouble());
        Assert.Equal(10, json.RootElement.GetProperty("voc_metrics").GetProperty("oks_voc.precisions").GetArrayLength());

        MetricsFile.Save(Evaluate(1e6), path);
        using var undefined = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(JsonValueKind.Null, undefined.RootElement.GetProperty("mOKS").GetProperty("mOKS").ValueKind);
    }

    [Fact]
    public void Another_extension_is_refused() =>
        Assert.Equal("EvaluationFileType", Assert.Throws<EvaluationException>(() => MetricsFile.Save(Evaluate(2), Path.Combine(folder, "m.csv"))).ErrorId);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal("EvaluationFileNotFound", Assert.Throws<EvaluationException>(() => MetricsFile.Load(Path.Combine(folder, "m.npz"))).ErrorId);

    [Theory]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0lstR.", "os.system")]
    [InlineData("cbuiltins\neval\n.", "builtins.eval")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.", "os.system")]
    public void Names_that_are_not_known_are_refused(string pickle, string name)
    {
        var error = Assert.Throws<EvaluationException>(() => MetricsFile.Load(Npz(Encoding.Latin1.GetBytes(pickle))));

        Assert.Equal("EvaluationFileUnreadable", error.ErrorId);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void Damaged_files_are_refused_and_nothing_else_happens()
    {
        var good = Path.Combine(folder, "good.npz");
        MetricsFile.Save(Evaluate(2), good);
        using var memory = new MemoryStream();
        using (var archive = ZipFile.OpenRead(good))
        {
            using var entry = archive.Entries[0].Open();
            entry.CopyTo(memory);
        }

        var pickle = memory.ToArray()[128..];
        Gen.Select(Gen.Int[0, pickle.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var changed = pickle.ToArray();
            changed[at] = value;
            try
            {
                MetricsFile.Load(Npz(changed));
            }
            catch (EvaluationException error)
            {
                Assert.Equal("EvaluationFileUnreadable", error.ErrorId);
            }
        }, iter: 500, threads: 1);
        Assert.Throws<EvaluationException>(() => MetricsFile.Load(Npz(pickle[..^9])));
        File.WriteAllText(good, "text");
        Assert.Throws<EvaluationException>(() => MetricsFile.Load(good));
    }

    private static void AssertSame(SavedMetrics saved, EvaluationResult result, double tolerance)
    {
        Close([saved.MeanOks], [result.MeanOks]);
        Voc(saved.OksVoc!, result.OksVoc!);
        Voc(saved.PckVoc!, result.PckVoc!);
        Close(Values(saved.Distances), Values(result.Distances));
        Close(saved.Pck!.PckByNode, result.Pck!.PckByNode);
        Close(saved.Pck.PckByThreshold, result.Pck.PckByThreshold);
        Assert.Equal(result.Visibility, saved.Visibility);

        void Voc(VocMetrics a, VocMetrics b)
        {
            Close(a.MatchScoreThresholds, b.MatchScoreThresholds);
            Close(a.RecallThresholds, b.RecallThresholds);
            Close(a.MatchScores, b.MatchScores);
            Close([.. a.Precisions.SelectMany(r => r)], [.. b.Precisions.SelectMany(r => r)]);
            Close(a.Recalls, b.Recalls);
        }

        double[] Values(DistanceMetrics d) => [d.Count, d.MeanPx, d.P50Px, d.P75Px, d.P90Px, d.P95Px, d.P99Px];

        void Close(IReadOnlyList<double> a, IReadOnlyList<double> b)
        {
            Assert.Equal(a.Count, b.Count);
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    private static EvaluationResult Evaluate(double offset, EvaluationOptions? options = null)
    {
        var truth = Builder.Labels(["head", "tail"], Builder.Video("/data/a.mp4"));
        var prediction = Builder.Labels(["head", "tail"], truth.Videos[0]);
        truth.Frame(0, truth.User((10, 10), (40, 30))).Frame(3, truth.User((10, 10), (40, 30)));
        prediction.Frame(0, prediction.Predicted(1, (10 + offset, 10), (40 + offset, 30)));
        prediction.Frame(3, prediction.Predicted(0.7, (10, 10 + offset), (40, 30 + offset)));
        return Evaluator.Evaluate(truth, prediction, options);
    }

    private string Npz(byte[] pickle)
    {
        var path = Path.Combine(folder, "made.npz");
        using var stream = File.Create(path);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("metrics.npy").Open();
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes("{'descr': '|O', 'fortran_order': False, 'shape': (), }".PadRight(117) + "\n")]);
        entry.Write(pickle);
        return path;
    }
}
