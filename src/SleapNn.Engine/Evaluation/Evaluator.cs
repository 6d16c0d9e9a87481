namespace SleapNn.Evaluation;

/// <summary>Measures how good predicted poses are.</summary>
public static class Evaluator
{
    /// <summary>
    /// Compares predicted animals with labelled ones on the frames that both files have. The numbers are those of
    /// sleap-nn's evaluation; where it has none (per node, per video, invented animals), they follow from the same matches.
    /// </summary>
    /// <param name="truth">The ground truth.</param>
    /// <param name="prediction">The prediction.</param>
    /// <param name="options">How to compare; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The numbers over all videos and for each.</returns>
    /// <exception cref="EvaluationException">
    /// The files do not belong together: no common video (EvaluationNoCommonVideo), no common frame
    /// (EvaluationNoCommonFrames), different nodes (EvaluationSkeletonMismatch), no ground truth at all
    /// (EvaluationNoGroundTruth); or an option does not fit (EvaluationUnknownNode, EvaluationOption).
    /// </exception>
    /// <exception cref="LabelsException">The ground truth has no skeleton (LabelsNoSkeleton).</exception>
    public static EvaluationResult Evaluate(
        SleapLabels truth, SleapLabels prediction, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EvaluationOptions();
        var method = MethodFor(options, prediction);
        var byOks = method == MatchMethod.Oks;
        var skeleton = truth.Skeleton;
        Check(options, skeleton, byOks);
        var pairing = new FramePairing(truth, prediction, options, byNode: byOks);
        var frames = new List<FrameMatch>();
        foreach (var pair in pairing.Find())
        {
            cancellationToken.ThrowIfCancellationRequested();
            frames.Add(byOks ? InstanceMatcher.ByOks(pair, options) : InstanceMatcher.ByCentroid(pair, options));
        }

        EvaluationResult Summarize(IReadOnlyList<FrameMatch> some, SleapVideo? video, IReadOnlyList<EvaluationResult> videos, IReadOnlyList<string> notes)
        {
            var matches = some.SelectMany(f => f.Matches).ToList();
            var detection = Metrics.Add(some.Select(f => f.Detection));
            var centroids = new CentroidMetrics(
                Metrics.Add(some.Select(f => f.Centroids)), Statistics.Distances(some.SelectMany(f => f.CentroidDistancesPx)));
            var poses = some.SelectMany(f => f.Poses).ToList();
            var labelled = detection.Matched + detection.Missed;
            var pck = byOks ? Metrics.Pck(matches, skeleton.Nodes.Count) : null;
            return new EvaluationResult
            {
                GroundTruth = truth.FileName,
                Prediction = prediction.FileName,
                Video = video,
                MatchedBy = method,
                Options = options,
                FrameCount = some.Count,
                UnpredictedFrameCount = video is null ? pairing.Unpredicted.Values.Sum() : pairing.Unpredicted.GetValueOrDefault(video),
                Detection = detection,
                Distances = Statistics.Distances(matches.SelectMany(m => m.DistancesPx)),
                Centroids = centroids,
                MeanOks = byOks ? Statistics.Mean([.. matches.Select(m => m.Oks)]) : double.NaN,
                OksVoc = byOks ? Metrics.Voc(matches, [.. matches.Select(m => m.Oks)], labelled) : null,
                PckVoc = byOks ? Metrics.Voc(matches, [.. matches.Select(Metrics.PckOf)], labelled) : null,
                Pck = pck,
                Visibility = byOks ? Metrics.Visibility(poses) : null,
                Nodes = pck is not null ? Metrics.Nodes(matches, poses, skeleton.Nodes, pck) : [],
                Matches = matches,
                Frames = some.Select(frame => frame.ToEvaluation()).ToArray(),
                Videos = videos,
                Notes = notes,
            };
        }

        var videos = frames.GroupBy(f => f.Pair.Video).Select(g => Summarize([.. g], g.Key, [], [])).ToList();
        return Summarize(frames, null, videos, NotesOf(pairing, frames));
    }

    private static List<string> NotesOf(FramePairing pairing, List<FrameMatch> frames)
    {
        var notes = pairing.Notes;
        if (frames.TrueForAll(f => f.Matches.Count == 0))
        {
            notes.Add(frames.TrueForAll(f => f.Detection.Invented == 0)
                ? "Nothing is predicted in any of the frames with ground truth, so most numbers are not defined. Was the peak threshold too high, or the model not trained?"
                : "No predicted animal fits a labelled one, so most numbers are not defined. Look at the predictions, and at the match thresholds.");
        }

        return notes;
    }

    private static MatchMethod MethodFor(EvaluationOptions options, SleapLabels prediction)
    {
        if (options.MatchBy != MatchMethod.Auto)
        {
            return options.MatchBy;
        }

        return prediction.Skeletons.Count > 0 && prediction.Skeleton.Nodes.Count == 1 ? MatchMethod.Centroid : MatchMethod.Oks;
    }

    private static void Check(EvaluationOptions options, Skeleton skeleton, bool byOks)
    {
        if (options.AnchorPart is { } anchor && skeleton.IndexOf(anchor) < 0)
        {
            throw new EvaluationException(
                "EvaluationUnknownNode",
                $"The anchor part '{anchor}' is no node of the ground truth's skeleton '{skeleton.Name}'. Its nodes: {string.Join(", ", skeleton.Nodes)}.",
                anchor);
        }

        if (options.OksStddev.Any(s => !(s > 0) || double.IsInfinity(s)))
        {
            throw Option("Standard deviations of the OKS must be above 0.");
        }

        if (byOks && options.OksStddev.Count != 1 && options.OksStddev.Count != skeleton.Nodes.Count)
        {
            throw Option($"Give one standard deviation of the OKS, or one for each of the {skeleton.Nodes.Count} nodes ({string.Join(", ", skeleton.Nodes)}), not {options.OksStddev.Count}.");
        }

        if (options.OksScale is { } scale && (!(scale > 0) || double.IsInfinity(scale)))
        {
            throw Option("The scale of the OKS is an area in pixels squared and must be above 0.");
        }

        if (!(options.MatchThreshold is >= 0 and < 1))
        {
            throw Option("The match threshold is an OKS and must be at least 0 and below 1.");
        }

        if (!(options.MaxCentroidDistancePx > 0))
        {
            throw Option("The largest distance of centroids must be above 0 pixels.");
        }
    }

    private static EvaluationException Option(string message) => new("EvaluationOption", message);
}
