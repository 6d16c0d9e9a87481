namespace SleapNn;

/// <summary>How many animals were found, missed and invented.</summary>
/// <param name="Matched">Labelled animals with a predicted one (true positives).</param>
/// <param name="Missed">Labelled animals without a predicted one (false negatives).</param>
/// <param name="Invented">Predicted animals without a labelled one (false positives).</param>
public sealed record DetectionMetrics(int Matched, int Missed, int Invented)
{
    /// <summary>The share of predicted animals that are there, from 0 to 1; 0 where nothing is predicted.</summary>
    public double Precision => Share(Matched, Matched + Invented);

    /// <summary>The share of labelled animals that were found, from 0 to 1; 0 where nothing is labelled.</summary>
    public double Recall => Share(Matched, Matched + Missed);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Matched} matched, {Missed} missed, {Invented} invented";

    private static double Share(int part, int whole) => whole > 0 ? part / (double)whole : 0;
}
