namespace SleapNn;

/// <summary>
/// How far predicted points are from labelled ones, in pixels, over the points that are there on both sides. All values
/// are NaN where there is no such point.
/// </summary>
/// <param name="Count">The number of distances.</param>
/// <param name="MeanPx">The mean.</param>
/// <param name="P50Px">The median.</param>
/// <param name="P75Px">The 75th percentile, interpolated linearly like the others.</param>
/// <param name="P90Px">The 90th percentile.</param>
/// <param name="P95Px">The 95th percentile.</param>
/// <param name="P99Px">The 99th percentile.</param>
public sealed record DistanceMetrics(int Count, double MeanPx, double P50Px, double P75Px, double P90Px, double P95Px, double P99Px)
{
    /// <summary>The median, another name of <see cref="P50Px"/>.</summary>
    public double MedianPx => P50Px;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mean {MeanPx:0.00} px, median {P50Px:0.00} px, p95 {P95Px:0.00} px over {Count} points");
}
