using System.Management.Automation;

namespace SleapNn.Tests.Module;

public sealed class SleapMetricsTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Metrics_survive_a_round_trip()
    {
        var (truth, prediction) = (Labels(InstanceKind.User, 0), Labels(InstanceKind.Predicted, 2));
        var path = Path.Combine(folder, "metrics.npz");

        var saved = module.RunSingle<SavedMetrics>(
            "$null = Measure-SleapPrediction $truth $prediction | Export-SleapMetrics $path; Import-SleapMetrics $path", new { truth, prediction, path });

        Assert.Equal(2, saved.Distances.MeanPx);
        Assert.Equal(1, saved.OksVoc!.Recalls[0]);
    }

    [Fact]
    public void A_file_is_replaced_only_by_force()
    {
        var (truth, prediction) = (Labels(InstanceKind.User, 0), Labels(InstanceKind.Predicted, 2));
        var path = Path.Combine(folder, "metrics.json");
        File.WriteAllText(path, "mine");

        var result = module.Invoke("Measure-SleapPrediction $truth $prediction | Export-SleapMetrics $path", new { truth, prediction, path });
        Assert.StartsWith("EvaluationFileExists", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal("mine", File.ReadAllText(path));

        module.Run("Measure-SleapPrediction $truth $prediction | Export-SleapMetrics $path -Force -WhatIf", new { truth, prediction, path });
        Assert.Equal("mine", File.ReadAllText(path));

        module.Run("Measure-SleapPrediction $truth $prediction | Export-SleapMetrics $path -Force", new { truth, prediction, path });
        Assert.StartsWith("{", File.ReadAllText(path));
    }

    [Fact]
    public void A_report_is_a_page_or_a_picture()
    {
        var (truth, prediction) = (Labels(InstanceKind.User, 0), Labels(InstanceKind.Predicted, 2));
        var (page, picture) = (Path.Combine(folder, "report.html"), Path.Combine(folder, "plots.png"));

        var result = module.Invoke("$r = Measure-SleapPrediction $truth $prediction; $r | Export-SleapReport $page; $r | Export-SleapReport $picture -Plot Distances", new { truth, prediction, page, picture });

        Assert.Equal([page, picture], result.Succeeded().Output.Select(file => ((FileInfo)((PSObject)file).BaseObject).FullName));
        Assert.Contains(result.Warnings, warning => warning.Contains("without their image", StringComparison.Ordinal));
        Assert.Contains("Distance to the label", File.ReadAllText(page));
        Assert.Equal("EvaluationFileExists", module.Invoke("Measure-SleapPrediction $truth $prediction | Export-SleapReport $page", new { truth, prediction, page }).ErrorId);
        Assert.Equal("EvaluationFileType", module.Invoke("Measure-SleapPrediction $truth $prediction | Export-SleapReport $page", new { truth, prediction, page = page + ".doc" }).ErrorId);
    }

    [Fact]
    public void Two_results_do_not_go_into_one_file()
    {
        var (truth, prediction) = (Labels(InstanceKind.User, 0), Labels(InstanceKind.Predicted, 2));
        var path = Path.Combine(folder, "metrics.npz");

        var result = module.Invoke("$prediction, $prediction | Measure-SleapPrediction $truth | Export-SleapMetrics $path -Force", new { truth, prediction, path });

        Assert.Single(result.Output);
        Assert.StartsWith("EvaluationOneFile", Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void What_is_no_metrics_file_is_an_error_and_the_others_go_on()
    {
        var (bad, missing) = (Path.Combine(folder, "bad.npz"), Path.Combine(folder, "missing.npz"));
        File.WriteAllText(bad, "text");

        var result = module.Invoke("Import-SleapMetrics $bad, $missing", new { bad, missing });

        Assert.Equal(["PathNotFound", "EvaluationFileUnreadable"], result.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
    }

    [SharedFact]
    public void The_metrics_of_a_model_are_read()
    {
        var files = SharedData.PathTo("data", "models", "single_instance_with_metrics", "*_pred_metrics.npz");

        Assert.Equal(3, module.Run("Import-SleapMetrics $files", new { files }).Count);
    }

    private static SleapLabels Labels(InstanceKind kind, double offset)
    {
        var labels = new SleapLabels();
        labels.Skeletons.Add(new Skeleton());
        labels.Skeleton.Nodes.AddRange(["head", "tail"]);
        labels.Videos.Add(new SleapVideo { FileName = "/data/a.mp4" });
        var points = new[] { new PosePoint(10 + offset, 10), new PosePoint(90 + offset, 80) };
        labels.Frames.Add(new LabeledFrame(labels.Videos[0], 0, [new PoseInstance(labels.Skeleton, points, kind) { Score = 1 }]));
        return labels;
    }
}
