namespace SleapNn;

/// <summary>How peaks are joined into animals along part affinity fields.</summary>
public sealed record GroupingOptions
{
    /// <summary>
    /// The longest edge that is not penalised, as a fraction of the largest side of the part affinity field. Default: 0.25.
    /// </summary>
    public double MaxEdgeLengthRatio
    {
        get;
        init => field = value > 0 ? value : throw Invalid(nameof(MaxEdgeLengthRatio), "above 0", value);
    } = 0.25;

    /// <summary>How strongly longer edges are penalised. Default: 1.</summary>
    public double DistancePenaltyWeight
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(DistancePenaltyWeight), "at least 0", value);
    } = 1;

    /// <summary>How many points of the field are sampled along a connection. Default: 10.</summary>
    public int LinePointCount
    {
        get;
        init => field = value is >= 2 and <= 1000 ? value : throw Invalid(nameof(LinePointCount), "from 2 to 1000", value);
    } = 10;

    /// <summary>The smallest score of a connection that is used. Default: 0.25.</summary>
    public double MinLineScore { get; init; } = 0.25;

    /// <summary>
    /// The smallest number of peaks of an animal: a count from 1, or a fraction of the nodes below 1. Default: 0, which
    /// keeps all.
    /// </summary>
    public double MinInstancePeaks
    {
        get;
        init => field = value >= 0 ? value : throw Invalid(nameof(MinInstancePeaks), "at least 0", value);
    }

    private static PredictionException Invalid(string name, string allowed, double value) =>
        new("GroupingOptionOutOfRange", $"{name} must be {allowed}, but is {value}.", value);
}
