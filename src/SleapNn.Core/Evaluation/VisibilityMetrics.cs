namespace SleapNn;

/// <summary>Whether the prediction says of each node of the matched animals rightly that it is visible.</summary>
/// <param name="TruePositives">Visible and found.</param>
/// <param name="FalsePositives">Not visible but found.</param>
/// <param name="TrueNegatives">Not visible and not found.</param>
/// <param name="FalseNegatives">Visible but not found.</param>
public sealed record VisibilityMetrics(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives)
{
    /// <summary>The share of found nodes that are visible, from 0 to 1; NaN where none was found.</summary>
    public double Precision => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>The share of visible nodes that were found, from 0 to 1; NaN where none is visible.</summary>
    public double Recall => Share(TruePositives, TruePositives + FalseNegatives);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"precision {Precision:0.000}, recall {Recall:0.000}");

    private static double Share(int part, int whole) => whole > 0 ? part / (double)whole : double.NaN;
}
