namespace SleapNn.Sweeps;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016, arXiv:1502.07943): all runs are trained for a few epochs, the best of
/// them for some times as many, and so on, so that most epochs go into good runs. What it decides follows from the losses
/// alone: decided again after an interruption it comes out the same.
/// </summary>
/// <param name="firstEpochs">The epochs that every run gets.</param>
/// <param name="factor">One of so many runs is kept each time, and gets as many times the epochs; at least 2.</param>
public sealed class SuccessiveHalving(int firstEpochs, int factor)
{
    /// <summary>Epochs for every run, such that one run is left at the end where that is possible with at least one epoch.</summary>
    /// <param name="runs">The number of runs.</param>
    /// <param name="maxEpochs">The epochs of a whole run.</param>
    /// <param name="factor">One of so many runs is kept each time.</param>
    /// <returns>At least 1.</returns>
    public static int DefaultFirstEpochs(int runs, int maxEpochs, int factor)
    {
        var epochs = maxEpochs;
        for (var left = runs; left > 1 && epochs > 1; left = (left + factor - 1) / factor)
        {
            epochs = Math.Max(1, epochs / factor);
        }

        return epochs;
    }

    /// <summary>After how many epochs runs are compared.</summary>
    /// <param name="maxEpochs">The epochs of a whole run, after which there is nothing left to prune.</param>
    /// <returns>Numbers of epochs that grow by the factor.</returns>
    public IReadOnlyList<int> Rungs(int maxEpochs)
    {
        var rungs = new List<int>();
        for (long epochs = firstEpochs; epochs < maxEpochs; epochs *= factor)
        {
            rungs.Add((int)epochs);
        }

        return rungs;
    }

    /// <summary>The runs that go on.</summary>
    /// <param name="ranks">The loss of each run, or another number that is the smaller, the better; NaN for a run that has none.</param>
    /// <returns>The positions of the best, one of <c>factor</c> rounded up, in the order of the runs; of equal ones the first.</returns>
    public IReadOnlyList<int> Kept(IReadOnlyList<double> ranks)
    {
        var known = Enumerable.Range(0, ranks.Count).Where(i => !double.IsNaN(ranks[i])).ToList();
        return [.. known.OrderBy(i => ranks[i]).Take((known.Count + factor - 1) / factor).Order()];
    }

    /// <summary>Trains and prunes.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="maxEpochs">The epochs of a whole run.</param>
    /// <param name="train">Trains runs until they have a number of epochs, or are at their end; null stands for their end.</param>
    /// <param name="rank">The rank of a run by its epochs up to a number; NaN where it failed, which takes it out.</param>
    /// <param name="prune">Told of each run that does not go on, with its number of epochs.</param>
    /// <param name="token">Ends it between two rungs.</param>
    /// <typeparam name="T">A run.</typeparam>
    /// <returns>The runs that were trained to their end.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public IReadOnlyList<T> Run<T>(
        IReadOnlyList<T> runs, int maxEpochs, Action<IReadOnlyList<T>, int?> train, Func<T, int, double> rank, Action<T, int> prune, CancellationToken token)
    {
        foreach (var rung in Rungs(maxEpochs))
        {
            if (runs.Count <= 1)
            {
                break;
            }

            train(runs, rung);
            token.ThrowIfCancellationRequested();
            var ranks = runs.Select(run => rank(run, rung)).ToList();
            var kept = Kept(ranks);
            for (var i = 0; i < runs.Count; i++)
            {
                if (!double.IsNaN(ranks[i]) && !kept.Contains(i))
                {
                    prune(runs[i], rung);
                }
            }

            runs = [.. kept.Select(i => runs[i])];
        }

        train(runs, null);
        return runs;
    }
}
