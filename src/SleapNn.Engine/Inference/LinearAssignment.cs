namespace SleapNn.Inference;

/// <summary>Pairs rows with columns so that the sum of costs is smallest.</summary>
public static class LinearAssignment
{
    // Large enough to be a last resort, small enough that sums with it keep their digits.
    private const double Forbidden = 1e9;

    /// <summary>
    /// Solves the assignment problem by shortest augmenting paths (Crouse, "On implementing 2D rectangular assignment
    /// algorithms", 2016), in cubic time. Among solutions of the same cost it finds the one that SciPy's
    /// <c>linear_sum_assignment</c> finds: class probabilities that saturate at 1 make such ties common.
    /// </summary>
    /// <param name="costs">The cost of each pair (rows, columns). NaN and infinity mean that a pair is to be avoided.</param>
    /// <returns>min(rows, columns) pairs, ordered by row.</returns>
    public static (int Row, int Column)[] Solve(double[,] costs)
    {
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        if (rows == 0 || columns == 0)
        {
            return [];
        }

        var transposed = rows > columns;
        var (n, m) = transposed ? (columns, rows) : (rows, columns);
        double Cost(int i, int j)
        {
            var cost = transposed ? costs[j, i] : costs[i, j];
            return double.IsFinite(cost) ? cost : Forbidden;
        }

        var (rowPotential, columnPotential) = (new double[n], new double[m]);
        var (rowOfColumn, columnOfRow) = (new int[m], new int[n]);
        Array.Fill(rowOfColumn, -1);
        Array.Fill(columnOfRow, -1);
        var (distance, previous, settled, open) = (new double[m], new int[m], new bool[m], new int[m]);
        for (var start = 0; start < n; start++)
        {
            Array.Fill(distance, double.PositiveInfinity);
            Array.Clear(settled);
            for (var i = 0; i < m; i++)
            {
                open[i] = m - 1 - i;
            }

            var (row, least, sink, openCount) = (start, 0.0, -1, m);
            while (sink < 0)
            {
                var (nearest, nearestDistance) = (-1, double.PositiveInfinity);
                for (var i = 0; i < openCount; i++)
                {
                    var j = open[i];
                    var candidate = least + Cost(row, j) - rowPotential[row] - columnPotential[j];
                    if (candidate < distance[j])
                    {
                        (distance[j], previous[j]) = (candidate, row);
                    }

                    // Among equal distances a free column ends the search at once; the last one seen decides ties.
                    if (distance[j] < nearestDistance || (distance[j] == nearestDistance && rowOfColumn[j] < 0))
                    {
                        (nearest, nearestDistance) = (i, distance[j]);
                    }
                }

                var column = open[nearest];
                (least, settled[column]) = (nearestDistance, true);
                open[nearest] = open[--openCount];
                if (rowOfColumn[column] < 0)
                {
                    sink = column;
                }
                else
                {
                    row = rowOfColumn[column];
                }
            }

            rowPotential[start] += least;
            for (var j = 0; j < m; j++)
            {
                if (settled[j] && j != sink)
                {
                    rowPotential[rowOfColumn[j]] += least - distance[j];
                    columnPotential[j] -= least - distance[j];
                }
            }

            while (true)
            {
                var owner = previous[sink];
                rowOfColumn[sink] = owner;
                (columnOfRow[owner], sink) = (sink, columnOfRow[owner]);
                if (owner == start)
                {
                    break;
                }
            }
        }

        var pairs = columnOfRow.Select((column, row) => transposed ? (Row: column, Column: row) : (Row: row, Column: column)).ToArray();
        Array.Sort(pairs);
        return pairs;
    }
}
