using CsCheck;
using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Tests.Tracking;

public sealed class TrackerTests
{
    public static TheoryData<TrackingOptions> EveryMethod()
    {
        var data = new TheoryData<TrackingOptions>();
        foreach (var options in Methods())
        {
            data.Add(options);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryMethod))]
    public void A_track_is_at_most_once_in_a_frame_and_the_same_again(TrackingOptions options)
    {
        var (labels, _) = TrackingData.Crossing(animals: 4, frames: 120, noisePx: 1, missing: 0.15, seed: 3);

        var first = LabelsTracking.Track(labels, options).Labels;
        var second = LabelsTracking.Track(labels, options).Labels;

        Assert.All(first.Frames, frame => Assert.Equal(frame.Instances.Count, frame.Instances.Select(i => i.Track!).Distinct().Count()));
        Assert.Equal(Names(first), Names(second));
        Assert.All(labels.Frames, frame => Assert.All(frame.Instances, i => Assert.Null(i.Track)));
        if (options.MaxTracks is { } max)
        {
            Assert.InRange(first.Tracks.Count, 1, max);
        }
    }

    [Fact]
    public void The_maximum_number_of_tracks_holds_whatever_comes()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var coordinate = Gen.Frequency((8, Gen.Double[0, 300]), (1, Gen.Const(double.NaN)), (1, Gen.Const(double.PositiveInfinity)));
        Gen.Select(coordinate.Array[4].Array[0, 5].Array[0, 15], Gen.Int[1, 4], Gen.Bool, Gen.Enum<TrackingFeature>(), Gen.Enum<ScoreReduction>())
            .Where((_, _, _, feature, _) => feature != TrackingFeature.Image)
            .Sample(
                (frames, max, isGreedy, feature, reduction) =>
                {
                    var tracker = new Tracker(new TrackingOptions
                    {
                        MaxTracks = max,
                        Matching = isGreedy ? TrackMatching.Greedy : TrackMatching.Hungarian,
                        Feature = feature,
                        Reduction = reduction,
                        Quantile = 0.9,
                    });
                    var tracks = new HashSet<Track>();
                    for (var i = 0; i < frames.Length; i++)
                    {
                        var kept = tracker.Track(i, [.. frames[i].Select(points => TrackingData.Instance(skeleton, points))]);
                        Assert.Equal(kept.Count, kept.Select(k => k.Track).OfType<Track>().Distinct().Count());
                        tracks.UnionWith(kept.Select(k => k.Track!));
                    }

                    Assert.InRange(tracks.Count, 0, max);
                    Assert.Equal(tracks.Count, tracker.TrackCount);
                },
                iter: 300);
    }

    [Fact]
    public void A_fixed_window_forgets_and_local_queues_do_not()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance[] Animal() => [TrackingData.Instance(skeleton, [10, 10, 20, 25])];
        foreach (var (source, isSame) in new[] { (CandidateSource.FixedWindow, false), (CandidateSource.LocalQueues, true) })
        {
            var tracker = new Tracker(new TrackingOptions { Candidates = source, WindowSize = 3 });
            var before = tracker.Track(0, Animal())[0].Track;
            for (var frame = 1; frame <= 3; frame++)
            {
                Assert.Empty(tracker.Track(frame, []));
            }

            Assert.Equal(isSame, before == tracker.Track(4, Animal())[0].Track);
        }
    }

    [Fact]
    public void A_pose_without_points_gets_no_track_and_harms_no_other()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        double[] nothing = [double.NaN, double.NaN, double.NaN, double.NaN];
        var tracker = new Tracker(new TrackingOptions { KeepUntracked = true });
        for (var frame = 0; frame < 4; frame++)
        {
            var kept = tracker.Track(frame, [TrackingData.Instance(skeleton, nothing), TrackingData.Instance(skeleton, [10, 10, 20, 25])]);
            Assert.Equal([null, "track_0"], kept.Select(k => k.Track?.Name));
        }

        Assert.Equal(1, tracker.TrackCount);
    }

    [Fact]
    public void Untracked_poses_are_removed_and_counted()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var tracker = new Tracker(new TrackingOptions { MaxTracks = 1 });

        var kept = tracker.Track(0, [TrackingData.Instance(skeleton, [10, 10, 20, 25]), TrackingData.Instance(skeleton, [90, 10, 80, 25])]);

        Assert.Equal("track_0", Assert.Single(kept).Track!.Name);
        Assert.Equal(1, tracker.UntrackedCount);
    }

    [Fact]
    public void A_skeleton_of_one_node_is_tracked_by_distance()
    {
        var skeleton = TrackingData.Empty(1).Skeleton;
        var tracker = new Tracker(new TrackingOptions());
        _ = tracker.Track(0, [TrackingData.Instance(skeleton, [10, 10]), TrackingData.Instance(skeleton, [100, 100])]);

        var kept = tracker.Track(1, [TrackingData.Instance(skeleton, [98, 101]), TrackingData.Instance(skeleton, [12, 11])]);

        Assert.Equal(["track_1", "track_0"], kept.Select(k => k.Track!.Name));
    }

    [Fact]
    public void Labelled_poses_are_tracked_before_predicted_ones_and_never_removed()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var tracker = new Tracker(new TrackingOptions { MaxTracks = 1, TargetInstanceCount = 1, PreCull = true, PostCullCount = 1 });

        var kept = tracker.Track(
            0,
            [
                TrackingData.Instance(skeleton, [10, 10, 20, 25]),
                TrackingData.Instance(skeleton, [10, 10, 20, 25], kind: InstanceKind.User),
                TrackingData.Instance(skeleton, [90, 10, 80, 25], kind: InstanceKind.User),
            ]);

        Assert.Equal([null, "track_0", null], kept.Select(k => k.Track?.Name));
    }

    [Fact]
    public void Few_points_start_no_track_and_are_not_compared_with()
    {
        var skeleton = TrackingData.Empty(3).Skeleton;
        var tracker = new Tracker(new TrackingOptions { MinNewTrackPoints = 2 });

        Assert.Empty(tracker.Track(0, [TrackingData.Instance(skeleton, [10, 10, 20, 25, double.NaN, double.NaN])]));
        Assert.Single(tracker.Track(1, [TrackingData.Instance(skeleton, [10, 10, 20, 25, 30, 30])]));
        Assert.Single(tracker.Track(2, [TrackingData.Instance(skeleton, [10, 10, 20, 25, double.NaN, double.NaN])]));
    }

    [Fact]
    public void What_is_remembered_does_not_grow_with_the_video()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        var tracker = new Tracker(new TrackingOptions { Motion = TrackMotion.Kalman, TargetInstanceCount = 1, ConnectBreaks = true });
        var early = new List<WeakReference>();
        var seen = TrackMany(tracker, skeleton, early);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(seen, early.Count);
        Assert.InRange(early.Count(reference => reference.IsAlive), 0, 40);
        GC.KeepAlive(tracker);
    }

    [Fact]
    public void Poses_of_different_skeletons_are_refused()
    {
        var tracker = new Tracker(new TrackingOptions());
        _ = tracker.Track(0, [TrackingData.Instance(TrackingData.Empty(2).Skeleton, [1, 2, 3, 4])]);

        var error = Assert.Throws<SleapException>(() => tracker.Track(1, [TrackingData.Instance(TrackingData.Empty(1).Skeleton, [1, 2])]));

        Assert.Equal("TrackingSkeletons", error.ErrorId);
    }

    [Fact]
    public void A_missing_image_is_an_error_only_where_one_is_needed()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance[] animal = [TrackingData.Instance(skeleton, [10, 10, 20, 25])];
        var tracker = new Tracker(new TrackingOptions { Motion = TrackMotion.OpticalFlow });

        Assert.Empty(tracker.Track(0, []));
        Assert.Equal("TrackingNeedsImages", Assert.Throws<SleapException>(() => tracker.Track(1, animal)).ErrorId);
    }

    [Fact]
    public void Frames_of_different_sizes_are_refused_by_optical_flow()
    {
        var skeleton = TrackingData.Empty(2).Skeleton;
        PoseInstance[] Animal() => [TrackingData.Instance(skeleton, [10, 10, 20, 25])];
        var tracker = new Tracker(new TrackingOptions { Motion = TrackMotion.OpticalFlow });
        _ = tracker.Track(0, Animal(), new ImageFrame(0, new byte[40 * 50], 40, 50, 1));

        var error = Assert.Throws<SleapException>(() => tracker.Track(1, Animal(), new ImageFrame(1, new byte[50 * 50], 50, 50, 1)));

        Assert.Equal("TrackingFrameSize", error.ErrorId);
    }

    [Fact]
    public void An_unknown_Kalman_node_is_named()
    {
        var tracker = new Tracker(new TrackingOptions { Motion = TrackMotion.Kalman, MaxTracks = 1, KalmanNodes = ["node0", "tail"] });

        var error = Assert.Throws<SleapException>(() => tracker.Track(0, [TrackingData.Instance(TrackingData.Empty(2).Skeleton, [1, 2, 3, 4])]));

        Assert.Equal("TrackingUnknownNode", error.ErrorId);
        Assert.Contains("tail", error.Message);
    }

    [Fact]
    public void Videos_are_tracked_by_themselves_and_frames_in_their_order()
    {
        var labels = TrackingData.Empty(2);
        labels.Videos.Add(new SleapVideo { FileName = "other.mp4" });
        foreach (var frame in new[] { 2, 0, 1 })
        {
            foreach (var video in labels.Videos)
            {
                labels.Frames.Add(new LabeledFrame(video, frame, [TrackingData.Instance(labels.Skeleton, [10 + frame, 10, 20 + frame, 25])]));
            }
        }

        var tracked = LabelsTracking.Track(labels, new TrackingOptions()).Labels;

        Assert.Equal(["track_0", "track_1"], tracked.Tracks.Select(t => t.Name));
        Assert.Equal([2, 2, 0, 0, 1, 1], tracked.Frames.Select(f => f.FrameIndex));
        Assert.All(tracked.Frames, f => Assert.Same(tracked.Tracks[labels.Videos.IndexOf(f.Video)], f.Instances[0].Track));
        Assert.Equal(0, tracked.Tracks[0].SpawnedOn);
    }

    [Fact]
    public void The_copy_keeps_who_was_made_from_whom()
    {
        var labels = TrackingData.Empty(2);
        var old = new Track { Name = "old" };
        labels.Tracks.Add(old);
        var predicted = TrackingData.Instance(labels.Skeleton, [10, 10, 20, 25]);
        var gone = TrackingData.Instance(labels.Skeleton, [50, 10, 60, 25]);
        (predicted.Track, gone.Track) = (old, old);
        var corrected = TrackingData.Instance(labels.Skeleton, [11, 10, 21, 25], kind: InstanceKind.User);
        var other = TrackingData.Instance(labels.Skeleton, [51, 10, 61, 25], kind: InstanceKind.User);
        (corrected.FromPredicted, other.FromPredicted) = (predicted, gone);
        labels.Frames.Add(new LabeledFrame(labels.Videos[0], 0, [predicted, corrected, other]) { IsNegative = true });

        var copy = LabelsTracking.Track(labels, new TrackingOptions()).Labels;

        var instances = copy.Frames[0].Instances;
        Assert.True(copy.Frames[0].IsNegative);
        Assert.Same(instances[0], instances[1].FromPredicted);
        Assert.NotSame(predicted, instances[0]);
        Assert.Equal([null, "track_0", "track_1"], instances.Select(i => i.Track?.Name));
        Assert.Null(instances[2].FromPredicted!.Track);
        Assert.DoesNotContain(old, copy.Tracks);
        Assert.Same(old, gone.Track);
    }

    [Fact]
    public void Tracking_stops_between_two_frames()
    {
        using var stopping = new CancellationTokenSource();
        var (labels, _) = TrackingData.Crossing(animals: 2, frames: 20, noisePx: 0, missing: 0, seed: 1);
        var seen = new List<TrackingProgress>();

        Assert.Throws<OperationCanceledException>(() => LabelsTracking.Track(labels, new TrackingOptions(), new Listener(seen, stopping), stopping.Token));

        Assert.Equal(new TrackingProgress(1, 20, 2), Assert.Single(seen));
    }

    internal static IEnumerable<TrackingOptions> Methods() =>
    [
        new(),
        new() { Candidates = CandidateSource.LocalQueues },
        new() { MaxTracks = 4 },
        new() { Score = TrackingScore.Euclidean },
        new() { Score = TrackingScore.Cosine },
        new() { Feature = TrackingFeature.Centroids },
        new() { Feature = TrackingFeature.Boxes },
        new() { Reduction = ScoreReduction.Max },
        new() { Reduction = ScoreReduction.RobustQuantile, Quantile = 0.95 },
        new() { Matching = TrackMatching.Greedy },
        new() { Motion = TrackMotion.Kalman, TargetInstanceCount = 4 },
        new() { Motion = TrackMotion.Kalman, MaxTracks = 4, KalmanPoints = KalmanPoints.Keypoints },
        new() { MaxTracks = 4, TargetInstanceCount = 4, PreCull = true, PreCullOverlap = 0.8, PostCullCount = 4, PostCullOverlap = 0.8, ConnectBreaks = true },
    ];

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int TrackMany(Tracker tracker, Skeleton skeleton, List<WeakReference> references)
    {
        for (var frame = 0; frame < 600; frame++)
        {
            // Away for a while again and again: tracks end and start.
            var instance = TrackingData.Instance(skeleton, [frame, 10, frame + 20, 25]);
            references.Add(new WeakReference(instance));
            _ = tracker.Track(frame, frame % 40 < 12 ? [] : [instance]);
        }

        return references.Count;
    }

    private static IEnumerable<string?> Names(SleapLabels labels) => labels.Frames.SelectMany(f => f.Instances).Select(i => i.Track?.Name);

    private sealed class Listener(List<TrackingProgress> seen, CancellationTokenSource stopping) : IProgress<TrackingProgress>
    {
        public void Report(TrackingProgress value)
        {
            seen.Add(value);
            stopping.Cancel();
        }
    }
}
