using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Tests.Tracking;

public sealed class TrackingPartsTests
{
    private const double None = double.NaN;

    [Fact]
    public void Features_ignore_missing_points()
    {
        double[] pose = [1, 10, None, None, 3, 40, 8, 20];

        Assert.Equal([3.0, 20.0], PoseFeatures.Centroid(pose));
        Assert.Equal([1.0, 10.0, 8.0, 40.0], PoseFeatures.Box(pose));
        Assert.Equal(3, PoseFeatures.VisibleCount(pose));
        Assert.All(PoseFeatures.Box([None, None]), value => Assert.True(double.IsNaN(value)));
        Assert.All(PoseFeatures.Centroid([None, None]), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Invisible_points_are_missing()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var instance = new PoseInstance(skeleton, [new PosePoint(1, 2, Visible: false), new PosePoint(3, 4)]);

        Assert.Equal([None, None, 3, 4], PoseFeatures.PointsOf(instance));
    }

    [Fact]
    public void Scores_have_their_known_values()
    {
        Assert.Equal(1, PoseScores.Oks([0, 0, 10, 10], [0, 0, 10, 10], 0.025), 12);
        Assert.Equal((1 + Math.Exp(-1 / (0.05 * 0.05 * 2 * 100))) / 2, PoseScores.Oks([0, 0, 10, 10], [0, 0, 11, 10], 0.025), 12);
        Assert.Equal(0.5, PoseScores.Oks([0, 0, 10, 10], [0, 0, None, None], 0.025), 12);
        Assert.Equal(1, PoseScores.Oks([0, 0, 10, 10, None, None], [0, 0, 10, 10, 5, 5], 0.025), 12);
        Assert.Equal(None, PoseScores.Oks([None, None], [1, 2], 0.025));
        Assert.Equal(1, PoseScores.Iou([0, 0, 9, 9], [0, 0, 9, 9]), 12);
        Assert.Equal(50.0 / 150, PoseScores.Iou([0, 0, 9, 9], [5, 0, 14, 9]), 12);
        Assert.Equal(0, PoseScores.Iou([0, 0, 9, 9], [20, 0, 29, 9]), 12);
        Assert.Equal(0.6, PoseScores.Cosine([1, 0], [3, 4]), 12);
        Assert.Equal(None, PoseScores.Cosine([0, 0], [3, 4]));
        Assert.Equal(-5, PoseScores.Function(TrackingScore.Euclidean, TrackingFeature.Centroids, 0)([0, 0], [3, 4]), 12);
        Assert.Equal(-Math.Sqrt(50), PoseScores.KeypointDistance([0, 0, 0, 0], [3, 4, 3, 4]), 12);
        Assert.Equal(-Math.Sqrt(50), PoseScores.KeypointDistance([0, 0, 0, 0], [3, 4, None, None]), 12);
        Assert.Equal(None, PoseScores.KeypointDistance([0, 0], [None, None]));
    }

    [Theory]
    [InlineData(ScoreReduction.Mean, 0, 2.5)]
    [InlineData(ScoreReduction.Max, 0, 4)]
    [InlineData(ScoreReduction.RobustQuantile, 0.5, 2.5)]
    [InlineData(ScoreReduction.RobustQuantile, 0.9, 3.7)]
    [InlineData(ScoreReduction.RobustQuantile, 1, 4)]
    [InlineData(ScoreReduction.RobustQuantile, 0, 1)]
    public void Reductions_leave_out_what_has_no_score(ScoreReduction reduction, double quantile, double expected)
    {
        Assert.Equal(expected, ScoreReductions.Reduce([3, None, 1, 4, 2], reduction, quantile), 12);
        Assert.Equal(None, ScoreReductions.Reduce([None], reduction, quantile));
    }

    [Fact]
    public void Greedy_takes_the_best_pair_and_Hungarian_the_best_sum()
    {
        var scores = new[,] { { 0.9, 0.8 }, { 0.8, 0.1 } };

        Assert.Equal([(0, 0), (1, 1)], TrackMatcher.Match(scores, TrackMatching.Greedy).Order());
        Assert.Equal([(0, 1), (1, 0)], TrackMatcher.Match(scores, TrackMatching.Hungarian).Order());
    }

    [Theory]
    [InlineData(TrackMatching.Greedy)]
    [InlineData(TrackMatching.Hungarian)]
    public void Pairs_without_a_score_are_the_last_resort(TrackMatching matching)
    {
        Assert.Equal([(0, 0), (1, 1)], TrackMatcher.Match(new[,] { { -500.0, None }, { None, None } }, matching).Order());
        Assert.Empty(TrackMatcher.Match(new double[0, 2], matching));
        Assert.Empty(TrackMatcher.Match(new double[2, 0], matching));
    }

    [Fact]
    public void Culling_keeps_the_best()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance[] instances =
        [
            TrackingData.Instance(skeleton, [0, 0, 10, 10], 0.9),
            TrackingData.Instance(skeleton, [1, 0, 11, 10], 0.8),
            TrackingData.Instance(skeleton, [50, 50, 60, 60], 0.3),
        ];

        Assert.Equal([0.9, 0.8], Culling.Keep(instances, 2, overlap: 0).Select(i => i.Score));
        Assert.Equal([0.9, 0.3], Culling.Keep(instances, 2, overlap: 0.5).Select(i => i.Score));
        Assert.Equal([0.9], Culling.Keep(instances, 1, overlap: 0.5).Select(i => i.Score));
        Assert.Equal(3, Culling.Keep(instances, 3, overlap: 0.5).Count);

        // Two are asked for, so an overlapping one comes back.
        Assert.Equal([0.9, 0.8], Culling.Keep(instances[..2].Append(TrackingData.Instance(skeleton, [0, 1, 10, 11], 0.1)).ToArray(), 2, 0.5).Select(i => i.Score));
    }

    [Fact]
    public void A_break_is_joined_to_the_only_missing_track()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var (a, b, c) = (new Track { Name = "a" }, new Track { Name = "b" }, new Track { Name = "c" });
        var joiner = new BreakJoiner();
        PoseInstance[] Frame(params Track[] tracks) => [.. tracks.Select(track =>
        {
            var instance = TrackingData.Instance(skeleton, [1, 2, 3, 4]);
            instance.Track = track;
            return instance;
        })];
        string[] Joined(params Track[] tracks)
        {
            var frame = Frame(tracks);
            joiner.Join(frame, _ => true);
            return [.. frame.Select(i => i.Track!.Name)];
        }

        Assert.Equal(["a", "b"], Joined(a, b));
        Assert.Equal(["a"], Joined(a));
        Assert.Equal(["a", "b"], Joined(a, c));
        Assert.Equal(["b", "a"], Joined(c, a));

        // The old one is back: the new one is itself again.
        Assert.Equal(["a", "b", "c"], Joined(a, b, c));
    }

    [Fact]
    public void A_Kalman_filter_learns_where_a_point_is_going()
    {
        var random = new Random(5);
        (double X, double Y)[] positions = [.. Enumerable.Range(0, 12).Select(t => (10 + (3.0 * t) + (random.NextDouble() * 0.4) - 0.2, 50 - (2.0 * t) + (random.NextDouble() * 0.4) - 0.2))];
        positions[4] = (None, None);

        var (filter, state) = ConstantVelocityFilter.Fit(positions, maxSpeedPx: 15)!.Value;
        var next = filter.Predict(state);

        Assert.Equal(10 + 36, next.X, 0.6);
        Assert.Equal(50 - 24, next.Y, 0.6);
        Assert.Equal(3, next.Mean[1], 0.4);
        Assert.Equal(next.Mean, filter.Correct(next, None, None).Mean);
        Assert.InRange(filter.Correct(next, next.X + 1, next.Y).X, next.X + 1e-3, next.X + 1);
    }

    [Fact]
    public void A_Kalman_filter_needs_two_positions_and_stands_still_ones()
    {
        Assert.Null(ConstantVelocityFilter.Fit([(1, 1), (None, None), (None, None)], 15));
        var (filter, state) = ConstantVelocityFilter.Fit([.. Enumerable.Repeat((7.0, 9.0), 10)], 15)!.Value;
        Assert.Equal((7.0, 9.0), (Math.Round(filter.Predict(state).X, 9), Math.Round(filter.Predict(state).Y, 9)));
        Assert.InRange(state.WithSpeedUpTo(0.5).Mean[1], -0.5, 0.5);
    }

    [Fact]
    public void The_inverse_of_a_matrix_is_found_or_refused()
    {
        var matrix = new[,] { { 0.0, 2, 1 }, { 1, 1, 0 }, { 3, 0, 1 } };
        var product = SmallMatrix.Multiply(matrix, SmallMatrix.Inverse(matrix)!);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(i % 4 == 0 ? 1 : 0, product[i / 3, i % 3], 12);
        }

        Assert.Null(SmallMatrix.Inverse(new[,] { { 1.0, 2 }, { 2, 4 } }));
        Assert.Null(SmallMatrix.Inverse(new[,] { { None } }));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void Optical_flow_finds_animals_that_moved_far(double scale)
    {
        // Two dots change sides between frames: by position alone they are swapped.
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance Animal(double x, double y) => TrackingData.Instance(skeleton, [x - 5, y - 3, x + 5, y + 3]);
        var tracker = new Tracker(new TrackingOptions { Motion = TrackMotion.OpticalFlow, FlowScale = scale, OksStddev = 0.2 });
        _ = tracker.Track(0, [Animal(60, 60), Animal(80, 60)], Blobs(0, (60, 60, 9, 6), (80, 60, 5, 10)));

        var kept = tracker.Track(1, [Animal(80, 60), Animal(100, 60)], Blobs(1, (80, 60, 9, 6), (100, 60, 5, 10)));

        Assert.Equal(["track_0", "track_1"], kept.Select(k => k.Track!.Name));
    }

    [Fact]
    public void Image_features_know_animals_by_their_looks()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance Animal(double x, double y) => TrackingData.Instance(skeleton, [x - 10, y - 8, x + 10, y + 8]);
        var tracker = new Tracker(new TrackingOptions { Feature = TrackingFeature.Image });
        _ = tracker.Track(0, [Animal(40, 40), Animal(120, 120)], Blobs(0, (40, 40, 12, 4), (120, 120, 5, 12)));

        // They changed places; one is half outside of the frame.
        var kept = tracker.Track(1, [Animal(40, 40), Animal(158, 120)], Blobs(1, (40, 40, 5, 12), (158, 120, 12, 4)));

        Assert.Equal(["track_1", "track_0"], kept.Select(k => k.Track!.Name));
        Assert.All(kept, k => Assert.InRange(k.TrackingScore, 0.5, 1));
    }

    [Theory]
    [InlineData("TrackingOptionRange", nameof(TrackingOptions.WindowSize), 0)]
    [InlineData("TrackingOptionRange", nameof(TrackingOptions.MaxTracks), 0)]
    [InlineData("TrackingOptionRange", nameof(TrackingOptions.Quantile), 1.5)]
    [InlineData("TrackingOptionRange", nameof(TrackingOptions.FlowScale), double.NaN)]
    [InlineData("TrackingOptionRange", nameof(TrackingOptions.OksStddev), 0.0)]
    [InlineData("TrackingOptionConflict", nameof(TrackingOptions.Score), TrackingScore.Iou)]
    [InlineData("TrackingOptionConflict", nameof(TrackingOptions.Motion), TrackMotion.Kalman)]
    [InlineData("TrackingOptionConflict", nameof(TrackingOptions.PreCull), true)]
    [InlineData("TrackingOptionConflict", nameof(TrackingOptions.ConnectBreaks), true)]
    public void Options_that_make_no_sense_are_refused(string errorId, string name, object value)
    {
        var options = new TrackingOptions();
        typeof(TrackingOptions).GetProperty(name)!.SetValue(options, value);

        Assert.Equal(errorId, Assert.Throws<SleapException>(() => new Tracker(options)).ErrorId);
    }

    [Fact]
    public void Options_that_do_not_go_together_are_refused()
    {
        Assert.Throws<SleapException>(() => new Tracker(new TrackingOptions { Feature = TrackingFeature.Boxes, Score = TrackingScore.Oks }));
        Assert.Throws<SleapException>(() => new Tracker(new TrackingOptions { MaxTracks = 2, Candidates = CandidateSource.FixedWindow }));
        Assert.Throws<SleapException>(() => new Tracker(new TrackingOptions { Feature = TrackingFeature.Image, Motion = TrackMotion.OpticalFlow }));
    }

    private static ImageFrame Blobs(int index, params (int X, int Y, int Width, int Height)[] blobs)
    {
        var pixels = new byte[160 * 160];
        foreach (var (x, y, width, height) in blobs)
        {
            for (var i = 0; i < pixels.Length; i++)
            {
                var (dx, dy) = (((i % 160) - x) / (double)width, ((i / 160) - y) / (double)height);
                pixels[i] = Math.Max(pixels[i], (byte)(220 * Math.Exp(-((dx * dx) + (dy * dy)))));
            }
        }

        return new ImageFrame(index, pixels, 160, 160, 1);
    }
}
