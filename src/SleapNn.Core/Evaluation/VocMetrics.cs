namespace SleapNn;

/// <summary>
/// Average precision and recall as in PASCAL VOC and COCO: matched animals are ranked by their predicted score, and
/// count as right where their match score (OKS or PCK) reaches a threshold. Like sleap-nn's, it leaves predicted
/// animals without a labelled one out of account; see <see cref="DetectionMetrics.Invented"/> for those.
/// </summary>
/// <param name="MatchScoreThresholds">The thresholds on the match score: 0.5, 0.55 … 0.95.</param>
/// <param name="RecallThresholds">The recalls at which precision is read: 0, 0.01 … 1.</param>
/// <param name="MatchScores">The match score of each matched animal, by falling predicted score.</param>
/// <param name="Precisions">The precision for each match score threshold and recall threshold.</param>
/// <param name="Recalls">The recall reached for each match score threshold (also called AR).</param>
public sealed record VocMetrics(
    IReadOnlyList<double> MatchScoreThresholds,
    IReadOnlyList<double> RecallThresholds,
    IReadOnlyList<double> MatchScores,
    IReadOnlyList<IReadOnlyList<double>> Precisions,
    IReadOnlyList<double> Recalls)
{
    /// <summary>The average precision for each match score threshold.</summary>
    public IReadOnlyList<double> AveragePrecisions { get; } = [.. Precisions.Select(row => row.Average())];

    /// <summary>mAP: the mean of <see cref="AveragePrecisions"/>.</summary>
    public double MeanAveragePrecision => AveragePrecisions.Average();

    /// <summary>mAR: the mean of <see cref="Recalls"/>.</summary>
    public double MeanAverageRecall => Recalls.Average();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mAP {MeanAveragePrecision:0.000}, mAR {MeanAverageRecall:0.000}");
}
