namespace SleapNn.Evaluation;

/// <summary>Small statistics with NumPy's rounding, so that comparisons with thresholds fall the same way.</summary>
internal static class Statistics
{
    private const int PairwiseBlock = 128;

    /// <summary>Evenly spaced numbers, both ends included.</summary>
    public static double[] Linspace(double start, double stop, int count)
    {
        var step = (stop - start) / (count - 1);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (i * step) + start;
        }

        values[^1] = stop;
        return values;
    }

    /// <summary>The mean; NaN of nothing.</summary>
    public static double Mean(ReadOnlySpan<double> values) => values.Length == 0 ? double.NaN : Sum(values) / values.Length;

    /// <summary>The distribution of distances, NaN left out.</summary>
    /// <param name="distancesPx">Distances in pixels, in any order.</param>
    public static DistanceMetrics Distances(IEnumerable<double> distancesPx)
    {
        var sorted = distancesPx.Where(d => !double.IsNaN(d)).ToArray();
        Array.Sort(sorted);
        return new DistanceMetrics(
            sorted.Length,
            Mean(sorted),
            Percentile(sorted, 50),
            Percentile(sorted, 75),
            Percentile(sorted, 90),
            Percentile(sorted, 95),
            Percentile(sorted, 99));
    }

    private static double Percentile(double[] sorted, double percent)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var position = percent / 100 * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }

    // Pairwise summation in NumPy's order: eight running sums over blocks of at most 128 values.
    private static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length > PairwiseBlock)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        var whole = values.Length - (values.Length % 8);
        var total = 0.0;
        if (whole > 0)
        {
            Span<double> sums = stackalloc double[8];
            for (var i = 0; i < whole; i++)
            {
                sums[i % 8] += values[i];
            }

            total = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
        }

        for (var i = whole; i < values.Length; i++)
        {
            total += values[i];
        }

        return total;
    }
}
