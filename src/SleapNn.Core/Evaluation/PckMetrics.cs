namespace SleapNn;

/// <summary>
/// PCK, the share of correct keypoints: those nearer to the label than a threshold. All nodes of all matched animals
/// count; like sleap-nn, one without label or without prediction counts as wrong.
/// </summary>
/// <param name="ThresholdsPx">The distances in pixels: 1, 2 … 10.</param>
/// <param name="PckByThreshold">The PCK at each threshold.</param>
/// <param name="PckByNode">The PCK of each node, averaged over the thresholds.</param>
public sealed record PckMetrics(IReadOnlyList<double> ThresholdsPx, IReadOnlyList<double> PckByThreshold, IReadOnlyList<double> PckByNode)
{
    /// <summary>mPCK: the mean over nodes and thresholds; NaN without any matched animal.</summary>
    public double MeanPck => PckByNode.Count > 0 ? PckByNode.Average() : double.NaN;

    /// <summary>The PCK at 5 pixels; NaN without any matched animal.</summary>
    public double PckAt5Px => PckByThreshold.Count > 0 ? PckByThreshold[4] : double.NaN;

    /// <summary>The PCK at 10 pixels; NaN without any matched animal.</summary>
    public double PckAt10Px => PckByThreshold.Count > 0 ? PckByThreshold[9] : double.NaN;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mPCK {MeanPck:0.000}");
}
