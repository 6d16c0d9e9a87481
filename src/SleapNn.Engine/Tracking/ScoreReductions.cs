namespace SleapNn.Tracking;

/// <summary>Makes one score of several.</summary>
internal static class ScoreReductions
{
    /// <summary>Reduces scores, leaving out NaN.</summary>
    /// <param name="scores">The scores against the poses of one track.</param>
    /// <param name="reduction">How.</param>
    /// <param name="quantile">The quantile of <see cref="ScoreReduction.RobustQuantile"/>, with linear interpolation.</param>
    /// <returns>One score; NaN where there is none.</returns>
    public static double Reduce(IEnumerable<double> scores, ScoreReduction reduction, double quantile)
    {
        var known = scores.Where(score => !double.IsNaN(score)).ToArray();
        if (known.Length == 0)
        {
            return double.NaN;
        }

        switch (reduction)
        {
            case ScoreReduction.Mean:
                return known.Average();
            case ScoreReduction.Max:
                return known.Max();
            case ScoreReduction.RobustQuantile:
                Array.Sort(known);
                var position = quantile * (known.Length - 1);
                var below = (int)position;
                var above = Math.Min(below + 1, known.Length - 1);
                return known[below] + ((known[above] - known[below]) * (position - below));
            default:
                throw new ArgumentOutOfRangeException(nameof(reduction));
        }
    }
}
