using SleapNn.Sweeps;

namespace SleapNn.Tests.Sweeps;

public sealed class SuccessiveHalvingTests
{
    [Theory]
    [InlineData(27, 81, 3, 3)]
    [InlineData(9, 5, 3, 1)]
    [InlineData(9, 50, 3, 5)]
    [InlineData(4, 100, 2, 25)]
    [InlineData(1, 100, 3, 100)]
    [InlineData(100, 2, 3, 1)]
    public void The_first_rung_leaves_one_run_at_the_end(int runs, int maxEpochs, int factor, int expected) =>
        Assert.Equal(expected, SuccessiveHalving.DefaultFirstEpochs(runs, maxEpochs, factor));

    [Fact]
    public void Rungs_grow_by_the_factor_and_end_before_the_last_epoch()
    {
        Assert.Equal([3, 9, 27], new SuccessiveHalving(3, 3).Rungs(81));
        Assert.Equal([3, 9, 27, 81], new SuccessiveHalving(3, 3).Rungs(82));
        Assert.Empty(new SuccessiveHalving(5, 3).Rungs(5));
        Assert.Equal([1_000_000_000], new SuccessiveHalving(1_000_000_000, 3).Rungs(int.MaxValue));
    }

    [Fact]
    public void The_best_are_kept_whatever_their_order_and_failures_are_not_counted()
    {
        var halving = new SuccessiveHalving(1, 3);
        Assert.Equal([1, 4], halving.Kept([5, 1, 4, 3, 2]));
        Assert.Equal([2], halving.Kept([double.NaN, 5, 1, double.NaN, 3]));
        Assert.Equal([0], halving.Kept([2, 2, 2]));
        Assert.Empty(halving.Kept([double.NaN]));
        Assert.Equal([0, 1], new SuccessiveHalving(1, 2).Kept([double.PositiveInfinity, 1, double.PositiveInfinity]));
    }

    [Fact]
    public void Few_epochs_find_the_best_of_many_runs()
    {
        // Losses fall at the same rate towards floors that differ: the best at the end is ahead early.
        var field = new FakeField(27, (run, epoch) => run.Floor + (1.0 / epoch));
        var left = new SuccessiveHalving(3, 3).Run(field.Runs, 81, field.Train, field.Rank, field.Prune, CancellationToken.None);

        Assert.Equal([13], left.Select(run => run.Number));
        Assert.Equal(81, left[0].Epochs);
        Assert.Equal([(18, 3), (6, 9), (2, 27)], field.Pruned.GroupBy(p => p.Epochs).Select(g => (g.Count(), g.Key)));
        Assert.Equal((18 * 3) + (6 * 9) + (2 * 27) + 81, field.Runs.Sum(run => run.Epochs));
    }

    [Fact]
    public void A_sweep_that_was_ended_decides_the_same_when_it_goes_on()
    {
        var whole = new FakeField(9, (run, epoch) => run.Floor + (1.0 / epoch));
        new SuccessiveHalving(1, 3).Run(whole.Runs, 9, whole.Train, whole.Rank, whole.Prune, CancellationToken.None);

        for (var after = 1; after < 9; after++)
        {
            var field = new FakeField(9, (run, epoch) => run.Floor + (1.0 / epoch));
            using var stop = new CancellationTokenSource();
            field.Stop = (stop, after);
            Assert.Throws<OperationCanceledException>(() => new SuccessiveHalving(1, 3).Run(field.Runs, 9, field.Train, field.Rank, field.Prune, stop.Token));
            field.Stop = null;
            var prunedBefore = field.Pruned.Count;
            new SuccessiveHalving(1, 3).Run(field.Runs, 9, field.Train, field.Rank, field.Prune, CancellationToken.None);

            Assert.Equal(whole.Pruned.Select(p => (p.Run, p.Epochs)).ToHashSet(), [.. field.Pruned.Select(p => (p.Run, p.Epochs))]);
            Assert.Equal(whole.Runs.Select(run => run.Epochs), field.Runs.Select(run => run.Epochs));
            Assert.True(prunedBefore <= whole.Pruned.Count);
        }
    }

    [Fact]
    public void A_run_that_fails_is_out_and_a_single_one_has_no_rivals()
    {
        var field = new FakeField(3, (run, _) => run.Number == 1 ? double.NaN : run.Floor);
        var left = new SuccessiveHalving(1, 3).Run(field.Runs, 9, field.Train, field.Rank, field.Prune, CancellationToken.None);
        Assert.Equal([(2, 1)], field.Pruned);
        Assert.Equal([0], left.Select(run => run.Number));

        var alone = new FakeField(1, (run, _) => run.Floor);
        new SuccessiveHalving(1, 3).Run(alone.Runs, 9, alone.Train, alone.Rank, alone.Prune, CancellationToken.None);
        Assert.Empty(alone.Pruned);
        Assert.Equal(9, alone.Runs[0].Epochs);
    }

    private sealed class FakeRun(int number, double floor)
    {
        public int Number => number;

        public double Floor => floor;

        public int Epochs { get; set; }
    }

    private sealed class FakeField(int count, Func<FakeRun, int, double> loss)
    {
        private int parts;

        // The best is in the middle.
        public List<FakeRun> Runs { get; } = [.. Enumerable.Range(0, count).Select(i => new FakeRun(i, Math.Abs(i - (count / 2)) + 1.0))];

        public List<(int Run, int Epochs)> Pruned { get; } = [];

        public (CancellationTokenSource Source, int AfterRuns)? Stop { get; set; }

        public void Train(IReadOnlyList<FakeRun> runs, int? epochs)
        {
            foreach (var run in runs)
            {
                if (Stop is { } stop && ++parts > stop.AfterRuns)
                {
                    stop.Source.Cancel();
                    return;
                }

                run.Epochs = Math.Max(run.Epochs, epochs ?? (count == 27 ? 81 : 9));
            }
        }

        public double Rank(FakeRun run, int epochs) => loss(run, epochs);

        public void Prune(FakeRun run, int epochs) => Pruned.Add((run.Number, epochs));
    }
}
