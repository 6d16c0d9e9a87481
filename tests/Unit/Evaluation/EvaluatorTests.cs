using CsCheck;
using SleapNn.Evaluation;

namespace SleapNn.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly string[] Nodes = ["head", "tail"];

    [Fact]
    public void A_perfect_prediction_has_perfect_numbers()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30))).Frame(5, truth.User((12, 10), (44, 30)));
        prediction.Frame(0, prediction.Predicted(0.9, (10, 10), (40, 30))).Frame(5, prediction.Predicted(0.8, (12, 10), (44, 30)));

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal(2, result.FrameCount);
        Assert.Equal(new DetectionMetrics(2, 0, 0), result.Detection);
        Assert.Equal(1, result.Detection.F1);
        Assert.Equal(1, result.MeanOks);
        Assert.Equal(1, result.OksVoc!.MeanAveragePrecision, 1e-12);
        Assert.Equal(1, result.PckVoc!.MeanAverageRecall);
        Assert.Equal(1, result.Pck!.MeanPck);
        Assert.Equal(new DistanceMetrics(4, 0, 0, 0, 0, 0, 0), result.Distances);
        Assert.Equal(new VisibilityMetrics(4, 0, 0, 0), result.Visibility);
        Assert.Equal(1, result.Centroids.Detection.Precision);
        Assert.Empty(result.Notes);
    }

    [Fact]
    public void Missed_and_invented_animals_are_counted()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30)), truth.User((200, 200), (230, 210)));
        prediction.Frame(0, prediction.Predicted(0.9, (11, 10), (40, 31)), prediction.Predicted(0.3, (500, 10), (510, 90)));

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal(new DetectionMetrics(Matched: 1, Missed: 1, Invented: 1), result.Detection);
        Assert.Equal(new DetectionMetrics(1, 1, 1), result.Centroids.Detection);
        Assert.Equal(0.5, result.OksVoc!.Recalls[0]);
    }

    [Fact]
    public void The_higher_score_chooses_first()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30)));
        var near = prediction.Predicted(0.2, (10, 10), (40, 30));
        var confident = prediction.Predicted(0.9, (12, 10), (42, 30));
        prediction.Frame(0, near, confident);

        Assert.Same(confident, Assert.Single(Evaluator.Evaluate(truth, prediction).Matches).Prediction);
    }

    [Fact]
    public void Nodes_are_compared_by_name_and_counted_one_by_one()
    {
        var truth = Builder.Labels(Nodes, Builder.Video("a.mp4"));
        var prediction = Builder.Labels(["tail", "head"], Builder.Video("a.mp4"));
        truth.Frame(0, truth.User((10, 10), (40, 30))).Frame(1, truth.User((10, 10), (double.NaN, 0)));
        prediction.Frame(0, prediction.Predicted(1, (40, 33), (10, 10))).Frame(1, prediction.Predicted(1, (40, 30), (14, 13)));

        var result = Evaluator.Evaluate(truth, prediction, new EvaluationOptions { OksScale = 1000 });

        Assert.Equal(["head", "tail"], result.Nodes.Select(n => n.Node));
        Assert.Equal(2.5, result.Nodes[0].Distances.MeanPx);
        Assert.Equal(3, result.Nodes[1].Distances.MeanPx);
        Assert.Equal(1, result.Nodes[1].Distances.Count);
        Assert.Equal((0, 1), (result.Nodes[1].Missed, result.Nodes[1].Invented));
        Assert.Equal(new VisibilityMetrics(3, 1, 0, 0), result.Visibility);
    }

    [Fact]
    public void An_invisible_point_counts_as_missing()
    {
        var (truth, prediction) = Pair();
        var hidden = truth.User((10, 10), (40, 30));
        hidden.Points[1] = hidden.Points[1] with { Visible = false };
        truth.Frame(0, hidden);
        prediction.Frame(0, prediction.Predicted(1, (10, 10), (40, 30)));

        Assert.Equal(new VisibilityMetrics(1, 1, 0, 0), Evaluator.Evaluate(truth, prediction).Visibility);
    }

    [Fact]
    public void Each_video_has_its_own_numbers()
    {
        var (a, b) = (Builder.Video("/data/a.mp4"), Builder.Video("/data/b.mp4"));
        var truth = Builder.Labels(Nodes, a, b);
        var prediction = Builder.Labels(Nodes, Builder.Video("/other/b.mp4"), Builder.Video("/other/a.mp4"));
        truth.Frame(a, 0, truth.User((0, 0), (30, 40))).Frame(b, 0, truth.User((0, 0), (30, 40)));
        prediction.Frame(prediction.Videos[1], 0, prediction.Predicted(1, (1, 0), (31, 40)));
        prediction.Frame(prediction.Videos[0], 0, prediction.Predicted(1, (3, 0), (33, 40)));

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal(2, result.Distances.MeanPx);
        Assert.Equal(1, result.Videos.Single(v => v.Video == a).Distances.MeanPx);
        Assert.Equal(3, result.Videos.Single(v => v.Video == b).Distances.MeanPx);
    }

    [Fact]
    public void An_embedded_video_is_known_by_its_source()
    {
        var embedded = new SleapVideo { FileName = "/x/train.pkg.slp", IsEmbedded = true, Dataset = "video0/video", SourceVideo = Builder.Video("/x/clip.mp4") };
        var truth = Builder.Labels(Nodes, embedded);
        var prediction = Builder.Labels(Nodes, Builder.Video("C:\\data\\clip.mp4"));
        truth.Frame(3, truth.User((0, 0), (30, 40)));
        prediction.Frame(3, prediction.Predicted(1, (1, 0), (31, 40)));

        Assert.Equal(1, Evaluator.Evaluate(truth, prediction).FrameCount);
    }

    [Fact]
    public void Two_videos_of_the_same_name_are_told_apart_by_their_folders()
    {
        var (a, b) = (Builder.Video("/m/day1/cam.mp4"), Builder.Video("/m/day2/cam.mp4"));
        var truth = Builder.Labels(Nodes, a, b);
        var prediction = Builder.Labels(Nodes, Builder.Video("/n/day2/cam.mp4"));
        truth.Frame(a, 0, truth.User((0, 0), (30, 40))).Frame(b, 0, truth.User((0, 0), (30, 40)));
        prediction.Frame(0, prediction.Predicted(1, (1, 0), (31, 40)));

        Assert.Equal(b, Assert.Single(Evaluator.Evaluate(truth, prediction).Videos).Video);
    }

    [Fact]
    public void Lone_centroids_are_matched_by_distance()
    {
        var truth = Builder.Labels(Nodes, Builder.Video("a.mp4"));
        var prediction = Builder.Labels(["centroid"], Builder.Video("a.mp4"));
        truth.Frame(0, truth.User((10, 10), (30, 30)), truth.User((200, 200), (220, 220)), truth.User((double.NaN, 0), (double.NaN, 0)));
        prediction.Frame(0, prediction.Predicted(0.5, (213, 214)), prediction.Predicted(0.9, (20, 20)), prediction.Predicted(0.1, (400, 400)));

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal(MatchMethod.Centroid, result.MatchedBy);
        Assert.Equal(new DetectionMetrics(Matched: 2, Missed: 1, Invented: 1), result.Detection);
        Assert.Equal(2.5, result.Distances.MeanPx);
        Assert.Null(result.OksVoc);
        Assert.Equal(new DetectionMetrics(1, 2, 2), Evaluator.Evaluate(truth, prediction, new EvaluationOptions { MaxCentroidDistancePx = 4.9 }).Detection);
        Assert.Equal(new DetectionMetrics(1, 2, 2), Evaluator.Evaluate(truth, prediction, new EvaluationOptions { AnchorPart = "head", MaxCentroidDistancePx = 15 }).Detection);
    }

    [Fact]
    public void A_prediction_of_nothing_has_no_recall_and_says_so()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30)));
        prediction.Frame(0);

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal(new DetectionMetrics(0, 1, 0), result.Detection);
        Assert.Equal(0, result.OksVoc!.MeanAveragePrecision);
        Assert.True(double.IsNaN(result.MeanOks) && double.IsNaN(result.Pck!.MeanPck) && double.IsNaN(result.Distances.P95Px));
        Assert.Contains("Nothing is predicted", Assert.Single(result.Notes));
    }

    [Fact]
    public void Predicted_animals_are_truth_only_on_demand()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30)), truth.Predicted(1, (100, 100), (140, 130)));
        prediction.Frame(0, prediction.Predicted(1, (10, 10), (40, 30)));

        Assert.Equal(0, Evaluator.Evaluate(truth, prediction).Detection.Missed);
        Assert.Equal(1, Evaluator.Evaluate(truth, prediction, new EvaluationOptions { UserLabelsOnly = false }).Detection.Missed);
    }

    [Fact]
    public void Frames_that_were_not_predicted_do_not_count_and_are_told()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30))).Frame(1, truth.User((10, 10), (40, 30)));
        prediction.Frame(0, prediction.Predicted(1, (10, 10), (40, 30)));

        var result = Evaluator.Evaluate(truth, prediction);

        Assert.Equal((1, 1), (result.FrameCount, result.UnpredictedFrameCount));
        Assert.Contains("1 frames with ground truth were not predicted", Assert.Single(result.Notes));
    }

    [Fact]
    public void Files_that_do_not_belong_together_say_why()
    {
        var (truth, prediction) = Pair();
        Assert.Contains("no labelled frame", Fails("EvaluationNoGroundTruth"));

        truth.Frame(0, truth.Predicted(1, (10, 10), (40, 30)));
        Assert.Contains("only 1 predicted", Fails("EvaluationNoGroundTruth"));

        truth.Frame(7, truth.User((10, 10), (40, 30)));
        prediction.Frame(8, prediction.Predicted(1, (10, 10), (40, 30)));
        var frames = Fails("EvaluationNoCommonFrames");
        Assert.Contains("frame 7", frames);
        Assert.Contains("frame 8", frames);

        prediction.Videos[0].FileName = "/other/b.mp4";
        var videos = Fails("EvaluationNoCommonVideo");
        Assert.Contains("/data/a.mp4", videos);
        Assert.Contains("/other/b.mp4", videos);

        prediction.Videos[0].FileName = "/data/a.mp4";
        truth.Frame(8, truth.User((10, 10), (40, 30)));
        prediction.Skeleton.Nodes[1] = "nose";
        Assert.Contains("head, nose", Fails("EvaluationSkeletonMismatch"));

        string Fails(string id)
        {
            var error = Assert.Throws<EvaluationException>(() => Evaluator.Evaluate(truth, prediction));
            Assert.Equal(id, error.ErrorId);
            return error.Message;
        }
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        var (truth, prediction) = Pair();
        Assert.All<EvaluationOptions>(
            [
                new() { OksStddev = [] }, new() { OksStddev = [0] }, new() { OksStddev = [0.1, 0.1, 0.1] }, new() { OksScale = 0 },
                new() { OksScale = double.NaN }, new() { MatchThreshold = 1 }, new() { MatchThreshold = double.NaN }, new() { MaxCentroidDistancePx = 0 },
            ],
            options => Assert.Equal("EvaluationOption", Assert.Throws<EvaluationException>(() => Evaluator.Evaluate(truth, prediction, options)).ErrorId));
        Assert.Contains("head, tail", Assert.Throws<EvaluationException>(() => Evaluator.Evaluate(truth, prediction, new EvaluationOptions { AnchorPart = "thorax" })).Message);
    }

    [Fact]
    public void It_stops_when_told()
    {
        var (truth, prediction) = Pair();
        truth.Frame(0, truth.User((10, 10), (40, 30)));
        prediction.Frame(0, prediction.Predicted(1, (10, 10), (40, 30)));

        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(truth, prediction, null, new CancellationToken(true)));
    }

    [Fact]
    public void Counts_add_up_and_shares_stay_within_bounds_for_any_animals()
    {
        var coordinate = Gen.OneOf(Gen.Double[0, 200], Gen.Const(double.NaN));
        var pose = Gen.Select(coordinate, coordinate, coordinate, (x, y, z) => new[] { (x, y), (y, z) });
        Gen.Select(pose.Array[0, 5], pose.Array[1, 5]).Sample((predicted, labelled) =>
        {
            var (truth, prediction) = Pair();
            truth.Frame(0, [.. labelled.Select(p => truth.User(p))]);
            prediction.Frame(0, [.. predicted.Select((p, i) => prediction.Predicted(i % 3, p))]);

            var result = Evaluator.Evaluate(truth, prediction);

            Assert.Equal(labelled.Length, result.Detection.Matched + result.Detection.Missed);
            Assert.InRange(result.Detection.Invented, 0, predicted.Length);
            Assert.Equal(result.Detection.Matched, result.Matches.Select(m => m.Prediction).Distinct().Count());
            Assert.Equal(result.Detection.Matched, result.Matches.Select(m => m.GroundTruth).Distinct().Count());
            Assert.All(result.Matches, m => Assert.InRange(m.Oks, 0, 1));
            Assert.InRange(result.OksVoc!.MeanAveragePrecision, 0, 1);
            Assert.All(result.OksVoc.Precisions, row => Assert.Equal(row.OrderDescending(), row));
            Assert.Equal(result.Detection.Matched * 2, result.Visibility!.TruePositives + result.Visibility.FalsePositives + result.Visibility.TrueNegatives + result.Visibility.FalseNegatives);
        });
    }

    private static (SleapLabels Truth, SleapLabels Prediction) Pair() =>
        (Builder.Labels(Nodes, Builder.Video("/data/a.mp4")), Builder.Labels(Nodes, Builder.Video("/data/a.mp4")));
}
