namespace SleapNn;

/// <summary>
/// Which of the animals that a model found are kept. All limits are off by default; they are applied in the order of the
/// properties here, which is that of sleap-nn 0.3.3 (<c>inference/filters.py</c>).
/// </summary>
public sealed record FilterOptions
{
    /// <summary>The fewest nodes that must be found. Default: 0.</summary>
    public int MinVisibleNodes
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(MinVisibleNodes), "at least 0", value);
    }

    /// <summary>The smallest part of the nodes that must be found, from 0 to 1. Default: 0.</summary>
    public double MinVisibleNodeFraction
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw Invalid(nameof(MinVisibleNodeFraction), "from 0 to 1", value);
    }

    /// <summary>The smallest score of the instance. Default: 0.</summary>
    public double MinInstanceScore
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(MinInstanceScore), "at least 0", value);
    }

    /// <summary>The smallest mean score of the nodes that were found. Default: 0.</summary>
    public double MinMeanNodeScore
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(MinMeanNodeScore), "at least 0", value);
    }

    /// <summary>
    /// Of two animals that overlap by more than this, from 0 to 1, the one with the lower score is dropped. Null: overlap does
    /// not matter.
    /// </summary>
    public double? MaxOverlap
    {
        get;
        init => field = value is null or (>= 0 and <= 1) ? value : throw Invalid(nameof(MaxOverlap), "from 0 to 1", value.Value);
    }

    /// <summary>How overlap is measured. Default: <see cref="SleapNn.OverlapMethod.Iou"/>.</summary>
    public OverlapMethod OverlapMethod { get; init; } = OverlapMethod.Iou;

    /// <summary>
    /// For a centroid model alone: of two points closer than this, in pixels, the one with the lower score is dropped. Default: 0.
    /// </summary>
    public double MinCentroidDistancePx
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(MinCentroidDistancePx), "at least 0", value);
    }

    private static PredictionException Invalid(string name, string allowed, double value) =>
        new("PredictionOptionOutOfRange", $"{name} must be {allowed}, but is {value}.", value);
}
