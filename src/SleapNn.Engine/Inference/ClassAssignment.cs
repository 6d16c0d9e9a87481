namespace SleapNn.Inference;

/// <summary>
/// Gives animals or peaks their identities, each identity at most once a frame. Semantics of sleap-nn 0.3.3
/// (<c>inference/ops/identity.py</c>).
/// </summary>
public static class ClassAssignment
{
    /// <summary>Assigns classes to the animals of one frame so that the sum of probabilities is largest.</summary>
    /// <param name="probabilities">For each animal the probability of each class (animals, classes).</param>
    /// <returns>For each animal its class and that class's probability; -1 and NaN for animals that are left over.</returns>
    public static (int Class, double Probability)[] FromVectors(double[,] probabilities)
    {
        var assigned = new (int Class, double Probability)[probabilities.GetLength(0)];
        Array.Fill(assigned, (-1, double.NaN));
        foreach (var (row, column) in LinearAssignment.Solve(Negate(probabilities)))
        {
            assigned[row] = (column, probabilities[row, column]);
        }

        return assigned;
    }

    /// <summary>
    /// Groups the peaks of one frame into animals by the class map under each peak. Node by node, peaks and classes are
    /// paired so that the sum of probabilities is largest; a pair is kept only where the class is the peak's best.
    /// </summary>
    /// <param name="peaks">The peaks.</param>
    /// <param name="probabilities">For each peak the probability of each class (peaks, classes).</param>
    /// <param name="nodeCount">The number of nodes.</param>
    /// <returns>For each class the peak of each node, as an index into <paramref name="peaks"/>, or -1 (classes, nodes).</returns>
    public static int[,] GroupPeaks(IReadOnlyList<PafPeak> peaks, double[,] probabilities, int nodeCount)
    {
        var classCount = probabilities.GetLength(1);
        var grouped = new int[classCount, nodeCount];
        for (var k = 0; k < classCount; k++)
        {
            for (var node = 0; node < nodeCount; node++)
            {
                grouped[k, node] = -1;
            }
        }

        for (var node = 0; node < nodeCount; node++)
        {
            var members = Enumerable.Range(0, peaks.Count).Where(i => peaks[i].Node == node).ToArray();
            var costs = new double[members.Length, classCount];
            for (var i = 0; i < members.Length; i++)
            {
                for (var k = 0; k < classCount; k++)
                {
                    costs[i, k] = -probabilities[members[i], k];
                }
            }

            foreach (var (row, column) in LinearAssignment.Solve(costs))
            {
                var best = Enumerable.Range(0, classCount).Min(k => costs[row, k]);
                if (costs[row, column] == best)
                {
                    grouped[column, node] = members[row];
                }
            }
        }

        return grouped;
    }

    private static double[,] Negate(double[,] values)
    {
        var negated = new double[values.GetLength(0), values.GetLength(1)];
        for (var i = 0; i < negated.GetLength(0); i++)
        {
            for (var j = 0; j < negated.GetLength(1); j++)
            {
                negated[i, j] = -values[i, j];
            }
        }

        return negated;
    }
}
