using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>
/// Links the poses of one video over time. Frames go in one by one, in order, and come out with tracks; what is
/// remembered does not grow with the length of the video. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A frame's poses are compared with earlier poses of each track, moved to where they should be now; a track's scores are
/// reduced to one, poses and tracks are paired, and poses that are left start tracks of their own. Results are those of
/// sleap-nn, but for what is broken there: culling before tracking keeps the best poses, not the worst, and a pose without
/// any visible point gets no track.
/// </remarks>
public sealed class Tracker
{
    private readonly TrackingOptions options;
    private readonly ICandidateStore store;
    private readonly BreakJoiner? joiner;
    private readonly Dictionary<int, Track> tracks = [];
    private readonly int firstTrackNumber;
    private readonly FrameClock clock = new();
    private Func<double[], double[], double>? score;
    private ITrackMotion? motion;
    private int nodeCount;

    /// <summary>Creates a tracker for one video.</summary>
    /// <param name="options">How to track; a copy is kept.</param>
    /// <param name="firstTrackNumber">The number of the first track's name; later ones count on: track_0, track_1…</param>
    /// <exception cref="SleapException">An option is out of range (TrackingOptionRange), or two do not go together (TrackingOptionConflict).</exception>
    public Tracker(TrackingOptions options, int firstTrackNumber = 0)
    {
        options.Validate();
        this.options = options.Copy();
        this.firstTrackNumber = firstTrackNumber;
        var candidates = options.Candidates ?? (options.MaxTracks is null ? CandidateSource.FixedWindow : CandidateSource.LocalQueues);
        store = candidates == CandidateSource.FixedWindow
            ? new FixedWindowStore(options.WindowSize)
            : new LocalQueueStore(options.WindowSize, options.MaxTracks);
        joiner = options.ConnectBreaks || options.PostCullCount is not null ? new BreakJoiner() : null;
    }

    /// <summary>How many tracks have been started.</summary>
    public int TrackCount { get; private set; }

    /// <summary>How many poses were removed because they got no track.</summary>
    public int UntrackedCount { get; private set; }

    /// <summary>How many poses were removed because there were more in the frame than animals.</summary>
    public int CulledCount { get; private set; }

    /// <summary>
    /// Tracks the poses of the next frame. In a frame with labelled poses only these are tracked, and predicted ones are
    /// left in it without a track.
    /// </summary>
    /// <param name="frameIndex">The frame's position in the video; frames come in ascending order, and some may be missing.</param>
    /// <param name="instances">The frame's poses, all of skeletons with the same number of nodes. Their tracks and tracking scores are set.</param>
    /// <param name="image">The frame; needed where <see cref="TrackingOptions.NeedsImages"/> is true and there are poses.</param>
    /// <returns>The poses that stay in the frame, in the order they came.</returns>
    /// <exception cref="SleapException">
    /// Poses have different numbers of nodes (TrackingSkeletons), there is no node of a name in KalmanNodes
    /// (TrackingUnknownNode), the image is missing (TrackingNeedsImages), or it has another size than earlier ones
    /// (TrackingFrameSize).
    /// </exception>
    public IReadOnlyList<PoseInstance> Track(int frameIndex, IReadOnlyList<PoseInstance> instances, ImageFrame? image = null)
    {
        foreach (var instance in instances)
        {
            (instance.Track, instance.TrackingScore) = (null, 0);
        }

        var labelled = instances.Where(i => i.Kind == InstanceKind.User).ToList();
        IReadOnlyList<PoseInstance> tracked = labelled.Count > 0 ? labelled : instances;
        if (options.PreCull && labelled.Count == 0)
        {
            tracked = Culling.Keep(instances, options.TargetInstanceCount!.Value, options.PreCullOverlap);
            CulledCount += instances.Count - tracked.Count;
        }

        Assign(frameIndex, tracked, image);
        var isTracked = tracked.ToHashSet();
        var kept = instances
            .Where(i => i.Track is not null || i.Kind == InstanceKind.User || labelled.Count > 0 || (options.KeepUntracked && isTracked.Contains(i)))
            .ToList();
        UntrackedCount += labelled.Count > 0 ? 0 : tracked.Count - kept.Count;
        return Finish(kept);
    }

    private void Assign(int frameIndex, IReadOnlyList<PoseInstance> instances, ImageFrame? image)
    {
        var time = clock.TimeOf(frameIndex);
        if (instances.Count == 0)
        {
            // An empty frame counts: the window moves on.
            store.Add([]);
            motion?.Observe(store);
            return;
        }

        if (options.NeedsImages && image is null)
        {
            throw new SleapException(
                "TrackingNeedsImages",
                $"Frame {frameIndex} has poses but no image, and {(options.Motion == TrackMotion.OpticalFlow ? "optical flow" : "image features")} cannot do without.");
        }

        var (compare, move) = Prepare(instances);
        var prepared = move.Prepare(image);
        var all = instances
            .Select(PoseFeatures.PointsOf)
            .Select(points => new TrackedPose(time, points, PoseFeatures.Extract(options.Feature, points, image), prepared))
            .ToList();
        var poses = all.Where(pose => pose.VisibleCount > 0).ToList();
        if (poses.Count > 0)
        {
            Match(poses, move.Predict(store, time, prepared), compare);
        }

        foreach (var pose in poses.Where(pose => pose.TrackId is null && pose.VisibleCount > options.MinNewTrackPoints))
        {
            if (store.NewTrackId() is { } id)
            {
                (pose.TrackId, pose.TrackingScore) = (id, 1);
                tracks[id] = new Track { Name = $"track_{firstTrackNumber + TrackCount++}", SpawnedOn = frameIndex };
            }
        }

        store.Add([.. poses.Where(pose => pose.TrackId is not null)]);
        move.Observe(store);
        foreach (var (instance, pose) in instances.Zip(all))
        {
            if (pose.TrackId is { } id)
            {
                (instance.Track, instance.TrackingScore) = (tracks[id], pose.TrackingScore);
            }
        }
    }

    private void Match(List<TrackedPose> poses, IReadOnlyDictionary<int, IReadOnlyList<TrackCandidate>> candidates, Func<double[], double[], double> compare)
    {
        var ids = store.TrackIds;
        var scores = new double[poses.Count, ids.Count];
        for (var row = 0; row < poses.Count; row++)
        {
            for (var column = 0; column < ids.Count; column++)
            {
                var usable = candidates[ids[column]].Where(candidate => candidate.VisibleCount > options.MinMatchPoints);
                scores[row, column] = ScoreReductions.Reduce(usable.Select(c => compare(poses[row].Feature, c.Feature)), options.Reduction, options.Quantile);
            }
        }

        foreach (var (row, column) in TrackMatcher.Match(scores, options.Matching))
        {
            (poses[row].TrackId, poses[row].TrackingScore) = (ids[column], scores[row, column]);
        }
    }

    // What depends on the skeleton is known once the first pose is.
    private (Func<double[], double[], double> Compare, ITrackMotion Move) Prepare(IReadOnlyList<PoseInstance> instances)
    {
        var skeleton = instances[0].Skeleton;
        nodeCount = score is null ? skeleton.Nodes.Count : nodeCount;
        if (instances.FirstOrDefault(i => i.Points.Length != nodeCount) is { } other)
        {
            throw new SleapException(
                "TrackingSkeletons",
                $"There are poses with {nodeCount} and with {other.Points.Length} nodes; animals of different skeletons cannot be compared. Track each kind by itself.",
                other);
        }

        score ??= PoseScores.Function(
            options.Score ?? NaturalScore(options.Feature, nodeCount),
            options.Feature,
            options.OksStddev ?? (options is { Motion: TrackMotion.Kalman, KalmanPoints: KalmanPoints.Keypoints } ? 0.1 : 0.025));
        motion ??= options.Motion switch
        {
            TrackMotion.OpticalFlow => new OpticalFlowMotion(options),
            TrackMotion.Kalman => new KalmanMotion(options, KalmanNodes(skeleton)),
            _ => new NoMotion(),
        };
        return (score, motion);
    }

    private static TrackingScore NaturalScore(TrackingFeature feature, int nodeCount) => feature switch
    {
        TrackingFeature.Keypoints => nodeCount == 1 ? TrackingScore.Euclidean : TrackingScore.Oks,
        TrackingFeature.Boxes => TrackingScore.Iou,
        TrackingFeature.Image => TrackingScore.Cosine,
        _ => TrackingScore.Euclidean,
    };

    private int[] KalmanNodes(Skeleton skeleton)
    {
        if (options.KalmanNodes.FirstOrDefault(name => skeleton.IndexOf(name) < 0) is { } unknown)
        {
            throw new SleapException(
                "TrackingUnknownNode",
                $"KalmanNodes names '{unknown}', but the skeleton has no such node. It has: {string.Join(", ", skeleton.Nodes)}.",
                unknown);
        }

        return options.KalmanNodes.Length == 0
            ? [.. Enumerable.Range(0, skeleton.Nodes.Count)]
            : [.. options.KalmanNodes.Select(skeleton.IndexOf).Distinct().Order()];
    }

    private IReadOnlyList<PoseInstance> Finish(IReadOnlyList<PoseInstance> kept)
    {
        var result = kept;
        if (options.PostCullCount is { } count)
        {
            var predicted = Culling.Keep([.. kept.Where(i => i.Kind == InstanceKind.Predicted)], count, options.PostCullOverlap).ToHashSet();
            result = [.. kept.Where(i => i.Kind == InstanceKind.User || predicted.Contains(i))];
            CulledCount += kept.Count - result.Count;
        }

        var live = store.TrackIds.ToHashSet();
        foreach (var over in tracks.Keys.Where(id => !live.Contains(id)).ToList())
        {
            tracks.Remove(over);
        }

        joiner?.Join(result, tracks.ContainsValue);
        return result;
    }
}
