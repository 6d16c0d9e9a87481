namespace SleapNn;

/// <summary>How a prediction is compared with its ground truth. The defaults are sleap-nn's.</summary>
public sealed record EvaluationOptions
{
    /// <summary>How animals are paired.</summary>
    public MatchMethod MatchBy { get; init; } = MatchMethod.Auto;

    /// <summary>
    /// How far off a node may be, relative to the animal's size, to count as near in the OKS: one value, or one a node
    /// of the ground truth's skeleton. COCO's values lie between 0.025 (eyes) and 0.107 (hips).
    /// </summary>
    public IReadOnlyList<double> OksStddev { get; init; } = [0.025];

    /// <summary>The animals' area in pixels squared for the OKS; null takes the bounding box of each labelled animal.</summary>
    public double? OksScale { get; init; }

    /// <summary>Animals are paired only if their OKS, from 0 to 1, is above this.</summary>
    public double MatchThreshold { get; init; }

    /// <summary>Centroids are paired only if they are at most this far apart, in pixels.</summary>
    public double MaxCentroidDistancePx { get; init; } = 50;

    /// <summary>
    /// The node of the ground truth's skeleton that is an animal's centroid; null, and where the node is not visible,
    /// takes the mean of the visible nodes.
    /// </summary>
    public string? AnchorPart { get; init; }

    /// <summary>Whether only animals that a person labelled are truth; otherwise predicted ones in the ground truth are, too.</summary>
    public bool UserLabelsOnly { get; init; } = true;
}
