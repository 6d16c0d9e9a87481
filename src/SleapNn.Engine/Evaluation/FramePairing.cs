namespace SleapNn.Evaluation;

/// <summary>Finds the frames that ground truth and prediction share, or says why there are none.</summary>
internal sealed class FramePairing
{
    private const int NamesInMessage = 5;

    private readonly SleapLabels truth;
    private readonly SleapLabels prediction;
    private readonly bool userOnly;
    private readonly string? anchorPart;
    private readonly bool byNode;
    private readonly bool labelsAsPrediction;
    private readonly Dictionary<Skeleton, int[]> orders = [];

    /// <param name="truth">The ground truth.</param>
    /// <param name="prediction">The prediction.</param>
    /// <param name="options">Which animals are truth, and what their centroid is.</param>
    /// <param name="byNode">Whether nodes are compared, so that both skeletons must have the same.</param>
    public FramePairing(SleapLabels truth, SleapLabels prediction, EvaluationOptions options, bool byNode)
    {
        (this.truth, this.prediction, this.byNode) = (truth, prediction, byNode);
        (userOnly, anchorPart) = (options.UserLabelsOnly, options.AnchorPart);
        var all = prediction.Frames.SelectMany(f => f.Instances).ToList();
        labelsAsPrediction = all.Count > 0 && all.TrueForAll(i => i.Kind == InstanceKind.User);
        if (labelsAsPrediction)
        {
            Notes.Add($"{Name(prediction, "The prediction")} holds labelled animals only; they are compared as if a model had predicted them.");
        }
    }

    /// <summary>What fits only in part.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>For each of the ground truth's videos, how many frames with truth were not predicted.</summary>
    public Dictionary<SleapVideo, int> Unpredicted { get; } = [];

    /// <summary>The shared frames: by the prediction's videos, then in the ground truth's order.</summary>
    /// <exception cref="EvaluationException">There are none.</exception>
    public IReadOnlyList<FramePair> Find()
    {
        var truthFrames = truth.Frames.Where(f => !userOnly || f.UserInstances.Any()).ToLookup(f => f.Video);
        if (truthFrames.Count == 0)
        {
            throw NoTruth();
        }

        var videos = VideoMatcher.Match(prediction.Videos, truth.Videos);
        if (videos.Count == 0)
        {
            throw new EvaluationException(
                "EvaluationNoCommonVideo",
                $"{Name(truth, "The ground truth")} and {Name(prediction, "the prediction")} have no video in common. Videos of the ground truth: {List(truth.Videos)}. Videos of the prediction: {List(prediction.Videos)}.",
                prediction.FileName ?? (object)prediction);
        }

        var pairs = new List<FramePair>();
        var predictedFrames = prediction.Frames.ToLookup(f => f.Video);
        foreach (var (predictedVideo, video) in videos)
        {
            var predicted = predictedFrames[predictedVideo].ToLookup(f => f.FrameIndex);
            foreach (var frame in truthFrames[video])
            {
                var candidates = predicted[frame.FrameIndex].ToList();
                if (candidates.Count == 1)
                {
                    pairs.Add(Pair(video, frame, candidates[0]));
                    continue;
                }

                Unpredicted[video] = Unpredicted.GetValueOrDefault(video) + 1;
                if (candidates.Count > 1)
                {
                    Notes.Add($"The prediction has frame {frame.FrameIndex} of '{predictedVideo}' {candidates.Count} times; it is left out.");
                }
            }
        }

        if (pairs.Count == 0)
        {
            throw NoCommonFrames(videos, truthFrames, predictedFrames);
        }

        AddNotes(videos, truthFrames);
        return pairs;
    }

    private void AddNotes(IReadOnlyList<(SleapVideo Predicted, SleapVideo Truth)> videos, ILookup<SleapVideo, LabeledFrame> truthFrames)
    {
        foreach (var video in truth.Videos.Where(v => truthFrames[v].Any() && !videos.Any(p => p.Truth == v)))
        {
            Unpredicted[video] = truthFrames[video].Count();
            Notes.Add($"The prediction does not have the video '{video}' of the ground truth; its {Unpredicted[video]} frames do not count.");
        }

        var missing = videos.Sum(v => Unpredicted.GetValueOrDefault(v.Truth));
        if (missing > 0)
        {
            Notes.Add($"{missing} frames with ground truth were not predicted; they do not count.");
        }
    }

    private FramePair Pair(SleapVideo video, LabeledFrame frame, LabeledFrame predicted) => new(
        video,
        frame.FrameIndex,
        [.. (userOnly ? frame.UserInstances : frame.Instances).Select(ToPose)],
        [.. (labelsAsPrediction ? predicted.Instances : predicted.PredictedInstances).Select(ToPose)]);

    private Pose ToPose(PoseInstance instance)
    {
        var points = Array.ConvertAll(OrderOf(instance.Skeleton), i => instance.Points[i]);
        for (var i = 0; i < points.Length; i++)
        {
            if (!points[i].Visible || !points[i].HasPosition)
            {
                points[i] = PosePoint.Missing;
            }
        }

        return new Pose(instance, points, CentroidOf(points, (byNode ? truth.Skeleton : instance.Skeleton).Nodes));
    }

    private PosePoint CentroidOf(PosePoint[] points, List<string> nodes)
    {
        if (anchorPart is not null && nodes.IndexOf(anchorPart) is >= 0 and var anchor && points[anchor].HasPosition)
        {
            return points[anchor];
        }

        var visible = Array.FindAll(points, p => p.HasPosition);
        return visible.Length > 0 ? new PosePoint(visible.Average(p => p.X), visible.Average(p => p.Y)) : PosePoint.Missing;
    }

    // Nodes belong together by name; their order may differ between the files.
    private int[] OrderOf(Skeleton skeleton)
    {
        if (orders.TryGetValue(skeleton, out var order))
        {
            return order;
        }

        var reference = truth.Skeleton;
        if (byNode && (skeleton.Nodes.Count != reference.Nodes.Count || !skeleton.Nodes.ToHashSet().SetEquals(reference.Nodes)))
        {
            throw new EvaluationException(
                "EvaluationSkeletonMismatch",
                $"The skeletons have different nodes: '{reference.Name}' of the ground truth has {string.Join(", ", reference.Nodes)}; '{skeleton.Name}' has {string.Join(", ", skeleton.Nodes)}. Measure with the ground truth that the model was trained for, or match by centroid.",
                skeleton);
        }

        return orders[skeleton] = byNode
            ? [.. reference.Nodes.Select(skeleton.IndexOf)]
            : [.. Enumerable.Range(0, skeleton.Nodes.Count)];
    }

    private EvaluationException NoTruth()
    {
        var predicted = truth.Frames.Sum(f => f.PredictedInstances.Count());
        return new EvaluationException(
            "EvaluationNoGroundTruth",
            userOnly && predicted > 0
                ? $"{Name(truth, "The ground truth")} has no animal that a person labelled, only {predicted} predicted ones. Give the labels as ground truth, or count predicted animals as truth, too."
                : $"{Name(truth, "The ground truth")} has no labelled frame.",
            truth.FileName ?? (object)truth);
    }

    private EvaluationException NoCommonFrames(
        IReadOnlyList<(SleapVideo Predicted, SleapVideo Truth)> videos,
        ILookup<SleapVideo, LabeledFrame> truthFrames,
        ILookup<SleapVideo, LabeledFrame> predictedFrames)
    {
        var where = videos.Select(v => $"in '{v.Truth}' the ground truth has {Frames(truthFrames[v.Truth])}, the prediction {Frames(predictedFrames[v.Predicted])}");
        return new EvaluationException(
            "EvaluationNoCommonFrames",
            $"{Name(truth, "The ground truth")} and {Name(prediction, "the prediction")} have no frame in common: {string.Join("; ", where.Take(NamesInMessage))}. Predict the labelled frames first.",
            prediction.FileName ?? (object)prediction);
    }

    private static string Frames(IEnumerable<LabeledFrame> frames)
    {
        var indices = frames.Select(f => f.FrameIndex).Distinct().Order().ToList();
        return indices.Count == 0
            ? "no frames"
            : $"{(indices.Count == 1 ? "frame" : "frames")} {string.Join(", ", indices.Take(NamesInMessage))}{(indices.Count > NamesInMessage ? $"… ({indices.Count} in all)" : "")}";
    }

    private static string List(IReadOnlyList<SleapVideo> videos) => videos.Count == 0
        ? "none"
        : string.Join(", ", videos.Take(NamesInMessage).Select(v => $"'{v}'")) + (videos.Count > NamesInMessage ? $"… ({videos.Count} in all)" : "");

    private static string Name(SleapLabels labels, string otherwise) => labels.FileName is { } file ? $"'{Path.GetFileName(file)}'" : otherwise;
}
