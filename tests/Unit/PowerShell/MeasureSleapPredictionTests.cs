namespace SleapNn.Tests.Module;

public sealed class MeasureSleapPredictionTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    [Fact]
    public void Labels_in_memory_are_measured()
    {
        var (truth, prediction) = (Labels(InstanceKind.User, 0), Labels(InstanceKind.Predicted, 2));

        var result = module.RunSingle<EvaluationResult>("Measure-SleapPrediction $truth $prediction", new { truth, prediction });

        Assert.Equal(2, result.Distances.MeanPx);
        Assert.Equal(["head", "tail"], result.Nodes.Select(n => n.Node));
    }

    [Fact]
    public void Predictions_come_through_the_pipeline()
    {
        var truth = Labels(InstanceKind.User, 0);
        var predictions = new object[] { Labels(InstanceKind.Predicted, 1), Labels(InstanceKind.Predicted, 3) };

        var results = module.Run("$predictions | Measure-SleapPrediction -GroundTruth $truth", new { truth, predictions });

        Assert.Equal([1.0, 3.0], results.Cast<EvaluationResult>().Select(r => r.Distances.MeanPx));
    }

    [Fact]
    public void A_pair_that_does_not_fit_is_an_error_and_the_others_go_on()
    {
        var truth = Labels(InstanceKind.User, 0);
        var wrong = Labels(InstanceKind.Predicted, 1);
        wrong.Videos[0].FileName = "/other/b.mp4";
        var predictions = new object[] { wrong, Labels(InstanceKind.Predicted, 3), "/no/such/file.slp", 5 };

        var result = module.Invoke("$predictions | Measure-SleapPrediction -GroundTruth $truth", new { truth, predictions });

        Assert.Single(result.Output);
        Assert.Equal(
            ["EvaluationNoCommonVideo", "PathNotFound", "EvaluationInput"],
            result.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void A_missing_ground_truth_ends_it()
    {
        var result = module.Invoke("Measure-SleapPrediction ./nothing.slp $prediction", new { prediction = Labels(InstanceKind.Predicted, 0) });

        Assert.Empty(result.Output);
        Assert.StartsWith("PathNotFound", Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void What_does_not_count_is_a_warning()
    {
        var truth = Labels(InstanceKind.User, 0);
        truth.Frames.Add(new LabeledFrame(truth.Videos[0], 9, [truth.Frames[0].Instances[0]]));

        var result = module.Invoke("Measure-SleapPrediction $truth $prediction", new { truth, prediction = Labels(InstanceKind.Predicted, 2) });

        Assert.Contains("1 frames", Assert.Single(result.Warnings));
    }

    [SharedFact]
    public void Files_are_measured()
    {
        var folder = SharedData.PathTo("data", "models", "single_instance_with_metrics");

        var result = module.RunSingle<EvaluationResult>(
            "Measure-SleapPrediction -GroundTruth $truth -Prediction $prediction",
            new { truth = Path.Combine(folder, "labels_val_gt_0.slp"), prediction = Path.Combine(folder, "pred_val_0.slp") });

        Assert.Equal(result.FrameCount, result.Videos.Sum(v => v.FrameCount));
        Assert.True(result.FrameCount > 0);
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
