using SleapNn.Inference;

namespace SleapNn.Tracking;

/// <summary>Gives new poses (rows) to tracks (columns).</summary>
internal static class TrackMatcher
{
    /// <summary>Pairs rows with columns, as many as there can be.</summary>
    /// <param name="scores">One score a pair; larger is better. Pairs without a score (NaN) are a last resort.</param>
    /// <param name="matching">How.</param>
    public static (int Row, int Column)[] Match(double[,] scores, TrackMatching matching)
    {
        var costs = CostsOf(scores);
        return matching == TrackMatching.Hungarian ? LinearAssignment.Solve(costs) : Greedy(costs);
    }

    private static double[,] CostsOf(double[,] scores)
    {
        var worst = scores.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var costs = new double[scores.GetLength(0), scores.GetLength(1)];
        for (var row = 0; row < costs.GetLength(0); row++)
        {
            for (var column = 0; column < costs.GetLength(1); column++)
            {
                costs[row, column] = double.IsFinite(scores[row, column]) ? -scores[row, column] : (worst * 10) + 1;
            }
        }

        return costs;
    }

    private static (int Row, int Column)[] Greedy(double[,] costs)
    {
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        var (isRowTaken, isColumnTaken) = (new bool[rows], new bool[columns]);
        var pairs = new List<(int Row, int Column)>(Math.Min(rows, columns));

        // OrderBy is stable: among equal costs the first row and column win, always.
        foreach (var at in Enumerable.Range(0, rows * columns).OrderBy(i => costs[i / columns, i % columns]))
        {
            var (row, column) = (at / columns, at % columns);
            if (!isRowTaken[row] && !isColumnTaken[column])
            {
                (isRowTaken[row], isColumnTaken[column]) = (true, true);
                pairs.Add((row, column));
            }
        }

        return [.. pairs];
    }
}
