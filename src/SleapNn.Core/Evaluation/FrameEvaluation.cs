namespace SleapNn;

/// <summary>How well the animals of one frame were found.</summary>
/// <param name="Video">The ground truth's video.</param>
/// <param name="FrameIndex">The frame's position in the video, from 0.</param>
/// <param name="Matches">The matched animals, by falling predicted score.</param>
/// <param name="Missed">The labelled animals without a predicted one.</param>
/// <param name="Invented">The predicted animals without a labelled one.</param>
public sealed record FrameEvaluation(
    SleapVideo Video, int FrameIndex, IReadOnlyList<InstanceMatch> Matches, IReadOnlyList<PoseInstance> Missed, IReadOnlyList<PoseInstance> Invented)
{
    /// <summary>
    /// The mean OKS over all animals, where missed and invented ones count as 0: 1 for a perfect frame; NaN where animals were
    /// matched by centroid, or where there are none.
    /// </summary>
    public double MeanOks => Matches.Count + Missed.Count + Invented.Count is > 0 and var animals ? Matches.Sum(match => match.Oks) / animals : double.NaN;

    /// <summary>The mean distance of the points that both sides have, in pixels; NaN where there are none.</summary>
    public double MeanDistancePx => Matches.SelectMany(match => match.DistancesPx).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"frame {FrameIndex}: {Matches.Count} matched, {Missed.Count} missed, {Invented.Count} invented, mean error {MeanDistancePx:0.0} px");
}
