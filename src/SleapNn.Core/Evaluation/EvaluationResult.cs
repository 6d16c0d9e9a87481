namespace SleapNn;

/// <summary>How good a prediction is, over all videos or in one of them.</summary>
public sealed class EvaluationResult
{
    /// <summary>The ground truth's file, or null where it came from memory.</summary>
    public string? GroundTruth { get; init; }

    /// <summary>The prediction's file, or null where it came from memory.</summary>
    public string? Prediction { get; init; }

    /// <summary>The ground truth's video that the numbers are of; null over all videos.</summary>
    public SleapVideo? Video { get; init; }

    /// <summary>How the animals were paired: by OKS or by centroid.</summary>
    public required MatchMethod MatchedBy { get; init; }

    /// <summary>The options it was made with.</summary>
    public required EvaluationOptions Options { get; init; }

    /// <summary>The number of frames with ground truth that were also predicted. Only these count.</summary>
    public required int FrameCount { get; init; }

    /// <summary>The number of frames with ground truth that the prediction does not have. They do not count.</summary>
    public required int UnpredictedFrameCount { get; init; }

    /// <summary>How many animals were found, missed and invented.</summary>
    public required DetectionMetrics Detection { get; init; }

    /// <summary>How far predicted points are from labelled ones on the matched animals.</summary>
    public required DistanceMetrics Distances { get; init; }

    /// <summary>How well animals were located as points.</summary>
    public required CentroidMetrics Centroids { get; init; }

    /// <summary>mOKS: the mean object keypoint similarity of the matched animals; NaN without any, or where matched by centroid.</summary>
    public double MeanOks { get; init; } = double.NaN;

    /// <summary>Average precision and recall by OKS; null where matched by centroid.</summary>
    public VocMetrics? OksVoc { get; init; }

    /// <summary>Average precision and recall by PCK; null where matched by centroid.</summary>
    public VocMetrics? PckVoc { get; init; }

    /// <summary>The share of correct keypoints; null where matched by centroid.</summary>
    public PckMetrics? Pck { get; init; }

    /// <summary>Whether visible nodes were found; null where matched by centroid.</summary>
    public VisibilityMetrics? Visibility { get; init; }

    /// <summary>The nodes one by one; empty where matched by centroid.</summary>
    public IReadOnlyList<NodeMetrics> Nodes { get; init; } = [];

    /// <summary>The matched animals: by video, then frame, then falling predicted score.</summary>
    public required IReadOnlyList<InstanceMatch> Matches { get; init; }

    /// <summary>The frames one by one: by video, then in the ground truth's order.</summary>
    public IReadOnlyList<FrameEvaluation> Frames { get; init; } = [];

    /// <summary>The same for each video; empty in the result of a video.</summary>
    public IReadOnlyList<EvaluationResult> Videos { get; init; } = [];

    /// <summary>What a reader of the numbers should know: files that fit only in part.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Video?.ToString() ?? "all videos"}: {FrameCount} frames, {Detection}{(MatchedBy == MatchMethod.Oks ? $", mOKS {MeanOks:0.000}" : "")}, {Distances}");
}
