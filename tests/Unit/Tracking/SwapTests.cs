using SleapNn.Media;
using SleapNn.Tracking;
using Xunit.Abstractions;

namespace SleapNn.Tests.Tracking;

/// <summary>Animals that cross each other, whose identity is known: how often each method takes one for another.</summary>
public sealed class SwapTests(ITestOutputHelper output)
{
    [Fact]
    public void Animals_that_stay_apart_are_never_swapped()
    {
        foreach (var options in TrackerTests.Methods().Where(o => o.Score != TrackingScore.Cosine))
        {
            // One animal a region: two that move in parallel, far from each other.
            var labels = TrackingData.Empty(2);
            var truth = new List<List<int>>();
            for (var frame = 0; frame < 100; frame++)
            {
                int[] order = frame % 3 == 0 ? [1, 0] : [0, 1];
                labels.Frames.Add(new LabeledFrame(labels.Videos[0], frame, order.Select(a => TrackingData.Instance(
                    labels.Skeleton, [10 + frame, 20 + (200 * a), 40 + frame, 45 + (200 * a)]))));
                truth.Add([.. order]);
            }

            var tracked = LabelsTracking.Track(labels, options).Labels;

            Assert.Equal(0, TrackingData.Swaps(tracked, truth));
            Assert.Equal(2, tracked.Tracks.Count);
        }
    }

    // The limits are what was counted when the methods were written, and some room for another random generator.
    [Fact]
    public void Swaps_of_crossing_animals_stay_within_their_limits()
    {
        var limits = new (string Name, TrackingOptions Options, int Most)[]
        {
            ("OKS, fixed window", new(), 140),
            ("OKS, local queues", new() { MaxTracks = 3 }, 140),
            ("OKS, local queues, greedy", new() { MaxTracks = 3, Matching = TrackMatching.Greedy }, 140),
            ("OKS with stddev 0.1", new() { MaxTracks = 3, OksStddev = 0.1 }, 95),
            ("OKS with stddev 0.1, largest score", new() { MaxTracks = 3, OksStddev = 0.1, Reduction = ScoreReduction.Max }, 90),
            ("OKS, Kalman", new() { MaxTracks = 3, Motion = TrackMotion.Kalman }, 30),
            ("OKS with stddev 0.1, Kalman", new() { MaxTracks = 3, OksStddev = 0.1, Motion = TrackMotion.Kalman }, 3),
            ("OKS, Kalman on keypoints", new() { MaxTracks = 3, Motion = TrackMotion.Kalman, KalmanPoints = KalmanPoints.Keypoints }, 3),
            ("Euclidean", new() { MaxTracks = 3, Score = TrackingScore.Euclidean }, 17),
            ("Euclidean, largest score", new() { MaxTracks = 3, Score = TrackingScore.Euclidean, Reduction = ScoreReduction.Max }, 3),
            ("Euclidean, Kalman", new() { MaxTracks = 3, Score = TrackingScore.Euclidean, Motion = TrackMotion.Kalman }, 3),
            ("Centroids", new() { MaxTracks = 3, Feature = TrackingFeature.Centroids }, 40),
            ("Boxes", new() { MaxTracks = 3, Feature = TrackingFeature.Boxes }, 38),
            ("Boxes, Kalman", new() { MaxTracks = 3, Feature = TrackingFeature.Boxes, Motion = TrackMotion.Kalman }, 3),
        };
        var failures = new List<string>();
        foreach (var (name, options, most) in limits)
        {
            var (swaps, tracks) = (0, 0);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            for (var seed = 0; seed < 3; seed++)
            {
                var (labels, truth) = TrackingData.Crossing(animals: 3, frames: 300, noisePx: 0.7, missing: 0.03, seed);
                var tracked = LabelsTracking.Track(labels, options).Labels;
                swaps += TrackingData.Swaps(tracked, truth);
                tracks += tracked.Tracks.Count;
            }

            output.WriteLine($"{name}: {swaps} swaps, {tracks / 3.0:0.#} tracks, {clock.Elapsed.TotalMilliseconds / 900:0.00} ms/frame");
            if (swaps > most)
            {
                failures.Add($"{name}: {swaps} swaps, at most {most} expected");
            }
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Kalman_filters_follow_animals_where_only_some_frames_were_predicted()
    {
        foreach (var every in new[] { 1, 3 })
        {
            var (still, kalman) = (0, 0);
            for (var seed = 0; seed < 3; seed++)
            {
                var (labels, truth) = TrackingData.Crossing(animals: 3, frames: 300, noisePx: 0.7, missing: 0.03, seed);
                var spaced = TrackingData.Empty(4);
                spaced.Frames.AddRange(labels.Frames.Select(frame => new LabeledFrame(spaced.Videos[0], frame.FrameIndex * every, frame.Instances)));
                still += TrackingData.Swaps(LabelsTracking.Track(spaced, new TrackingOptions { MaxTracks = 3, Feature = TrackingFeature.Boxes }).Labels, truth);
                kalman += TrackingData.Swaps(LabelsTracking.Track(spaced, new TrackingOptions { MaxTracks = 3, Feature = TrackingFeature.Boxes, Motion = TrackMotion.Kalman }).Labels, truth);
            }

            output.WriteLine($"Every {every}: {still} swaps, Kalman {kalman}");
            Assert.InRange(kalman, 0, still / 4);
        }
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 }, new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 7, 10, 13, 22 }, new[] { 0, 1, 2, 5 })]
    [InlineData(new[] { 0, 50, 51, 52 }, new[] { 0, 1, 2, 3 })]
    public void Time_counts_steps_between_tracked_frames(int[] frames, int[] times)
    {
        var clock = new FrameClock();
        Assert.Equal(times, frames.Select(clock.TimeOf));
    }

    [Fact]
    public void Optical_flow_swaps_fewer_than_position_alone()
    {
        var (labels, truth) = TrackingData.Crossing(animals: 3, frames: 150, noisePx: 0.7, missing: 0.03, seed: 1);
        var still = TrackingData.Swaps(LabelsTracking.Track(labels, new TrackingOptions { MaxTracks = 3 }).Labels, truth);
        var tracker = new Tracker(new TrackingOptions { MaxTracks = 3, Motion = TrackMotion.OpticalFlow, OksStddev = 0.1 });
        foreach (var frame in labels.Frames)
        {
            _ = tracker.Track(frame.FrameIndex, frame.Instances, Draw(frame));
        }

        var flow = TrackingData.Swaps(labels, truth);
        output.WriteLine($"Position alone: {still} swaps, optical flow: {flow} swaps");
        Assert.InRange(flow, 0, still / 2);
    }

    private static ImageFrame Draw(LabeledFrame frame)
    {
        const int Side = 400;
        var pixels = new byte[Side * Side];
        foreach (var (x, y) in frame.Instances.SelectMany(i => i.Points).Where(p => p.HasPosition).Select(p => (p.X, p.Y)))
        {
            for (var row = Math.Max(0, (int)y - 8); row < Math.Min(Side, (int)y + 9); row++)
            {
                for (var column = Math.Max(0, (int)x - 8); column < Math.Min(Side, (int)x + 9); column++)
                {
                    var value = 220 * Math.Exp(-(((row - y) * (row - y)) + ((column - x) * (column - x))) / 18);
                    pixels[(row * Side) + column] = Math.Max(pixels[(row * Side) + column], (byte)value);
                }
            }
        }

        return new ImageFrame(frame.FrameIndex, pixels, Side, Side, 1);
    }
}
