using SleapNn.Inference;

namespace SleapNn.Tests.Inference;

public sealed class InstanceFilterTests
{
    private static readonly DetectedPose Whole = Pose(0.9, (10, 10, 0.8), (20, 10, 0.6), (20, 30, 0.4), (10, 30, 0.2));
    private static readonly DetectedPose Half = Pose(0.5, (50, 50, 0.9), (60, 60, 0.7), null, null);
    private static readonly DetectedPose Single = Pose(0.2, (90, 90, 0.3), null, null, null);
    private static readonly DetectedPose[] All = [Half, Whole, Single];

    [Fact]
    public void By_default_all_are_kept() => Assert.Equal(All, InstanceFilter.Apply(All, new FilterOptions()));

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(5, 0)]
    public void Animals_with_few_nodes_go(int least, int left) =>
        Assert.Equal(left, InstanceFilter.Apply(All, new FilterOptions { MinVisibleNodes = least }).Count);

    [Theory]
    [InlineData(0.25, 3)]
    [InlineData(0.26, 2)]
    [InlineData(0.5, 2)]
    [InlineData(1, 1)]
    public void Animals_with_a_small_part_of_the_nodes_go(double least, int left) =>
        Assert.Equal(left, InstanceFilter.Apply(All, new FilterOptions { MinVisibleNodeFraction = least }).Count);

    [Fact]
    public void The_mean_score_is_that_of_the_nodes_found()
    {
        Assert.Equal([Half, Whole], InstanceFilter.Apply(All, new FilterOptions { MinMeanNodeScore = 0.49 }));
        Assert.Equal([Half], InstanceFilter.Apply(All, new FilterOptions { MinMeanNodeScore = 0.51 }));
    }

    [Fact]
    public void Animals_of_low_score_go() => Assert.Equal([Half, Whole], InstanceFilter.Apply(All, new FilterOptions { MinInstanceScore = 0.5 }));

    [Fact]
    public void Limits_hold_together() =>
        Assert.Equal([Half], InstanceFilter.Apply(All, new FilterOptions { MinVisibleNodes = 2, MinMeanNodeScore = 0.6, MinInstanceScore = 0.1 }));

    [Fact]
    public void Of_overlapping_boxes_the_better_stays()
    {
        // Boxes of 10 x 20, moved by 5 in x: 100 of 300 square pixels are common.
        var moved = Moved(Whole, 5, 0.95);
        Assert.Equal([moved], InstanceFilter.Apply([Whole, moved], new FilterOptions { MaxOverlap = 0.3 }));
        Assert.Equal([Whole, moved], InstanceFilter.Apply([Whole, moved], new FilterOptions { MaxOverlap = 0.34 }));
    }

    [Fact]
    public void What_a_dropped_animal_overlapped_stays()
    {
        // A chain: the middle one falls to the best, and the last is left in peace then.
        var (first, middle, last) = (Moved(Whole, 0, 0.9), Moved(Whole, 4, 0.8), Moved(Whole, 8, 0.7));
        Assert.Equal([first, last], InstanceFilter.Apply([first, middle, last], new FilterOptions { MaxOverlap = 0.3 }));
    }

    [Fact]
    public void Overlap_by_similarity_looks_at_common_nodes()
    {
        // Each node is 2 px off; the scale is the box's 200 square pixels times 0.1 squared.
        var moved = Moved(Whole, 2, 0.95);
        var similarity = Math.Exp(-4 / (2 * 200 * 0.01));
        Assert.Equal([moved], InstanceFilter.Apply([Whole, moved], new FilterOptions { MaxOverlap = similarity - 0.01, OverlapMethod = OverlapMethod.Oks }));
        Assert.Equal(2, InstanceFilter.Apply([Whole, moved], new FilterOptions { MaxOverlap = similarity + 0.01, OverlapMethod = OverlapMethod.Oks }).Count);
    }

    [Fact]
    public void Of_close_centroids_the_better_stays()
    {
        DetectedPose[] points = [Pose(0.4, (0, 0, 0.4)), Pose(0.8, (3, 0, 0.8)), Pose(0.5, (9, 0, 0.5))];
        Assert.Equal([points[1], points[2]], InstanceFilter.Apply(points, new FilterOptions { MinCentroidDistancePx = 4 }));
        Assert.Equal(points, InstanceFilter.Apply(points, new FilterOptions { MinCentroidDistancePx = 3 }));
    }

    [Fact]
    public void Filters_that_do_not_fit_the_models_are_refused()
    {
        AssertConflict(() => InstanceFilter.RequireFitting(new FilterOptions { MaxOverlap = 0.5 }, "centroid", 1));
        AssertConflict(() => InstanceFilter.RequireFitting(new FilterOptions { MinCentroidDistancePx = 5 }, "bottomup", 3));
        InstanceFilter.RequireFitting(new FilterOptions { MinCentroidDistancePx = 5 }, "centroid", 1);
        InstanceFilter.RequireFitting(new FilterOptions { MaxOverlap = 0.5 }, "bottomup", 2);
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Func<FilterOptions>[] wrong =
        [
            () => new FilterOptions { MinVisibleNodes = -1 },
            () => new FilterOptions { MinVisibleNodeFraction = 1.1 },
            () => new FilterOptions { MinMeanNodeScore = double.NaN },
            () => new FilterOptions { MinInstanceScore = -0.1 },
            () => new FilterOptions { MaxOverlap = 1.5 },
            () => new FilterOptions { MinCentroidDistancePx = -1 },
        ];
        Assert.All(wrong, make => Assert.Equal("PredictionOptionOutOfRange", Assert.Throws<PredictionException>(make).ErrorId));
    }

    private static void AssertConflict(Action action) => Assert.Equal("PredictionOptionConflict", Assert.Throws<PredictionException>(action).ErrorId);

    private static DetectedPose Moved(DetectedPose pose, double by, double score) =>
        new(Array.ConvertAll(pose.Points, point => point with { X = point.X + by }), score);

    private static DetectedPose Pose(double score, params (double X, double Y, double Score)?[] points) =>
        new(Array.ConvertAll(points, point => point is { } p ? new PosePoint(p.X, p.Y, Score: p.Score) : PosePoint.Missing), score);
}
