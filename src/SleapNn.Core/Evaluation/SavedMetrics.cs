namespace SleapNn;

/// <summary>The metrics of a metrics file, such as sleap-nn writes after training.</summary>
public sealed class SavedMetrics
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>mOKS: the mean object keypoint similarity of the matched animals; NaN where the file has none.</summary>
    public double MeanOks { get; init; } = double.NaN;

    /// <summary>Average precision and recall by OKS; null where the file has none.</summary>
    public VocMetrics? OksVoc { get; init; }

    /// <summary>Average precision and recall by PCK; null where the file has none.</summary>
    public VocMetrics? PckVoc { get; init; }

    /// <summary>How far predicted points are from labelled ones.</summary>
    public required DistanceMetrics Distances { get; init; }

    /// <summary>The share of correct keypoints; null where the file has none.</summary>
    public PckMetrics? Pck { get; init; }

    /// <summary>Whether visible nodes were found; null where the file has none.</summary>
    public VisibilityMetrics? Visibility { get; init; }

    /// <summary>How many centroids were found, missed and invented; null where animals were matched by OKS.</summary>
    public DetectionMetrics? Detection { get; init; }
}
