using System.Globalization;
using System.Management.Automation;
using SleapNn.Sweeps;

namespace SleapNn.PowerShell.Commands;

/// <content>Ending poor runs of a sweep early.</content>
public sealed partial class StartSleapTraining
{
    private readonly List<PrunedRun> pruned = [];

    /// <summary>Ends poor runs early.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>The epochs that every run gets.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int PruneAfter { get; set; }

    /// <summary>One of so many runs goes on.</summary>
    [Parameter]
    [ValidateRange(2, 1000)]
    public int PruneFactor { get; set; } = 3;

    private void RequirePruneForItsParameters()
    {
        if (!Prune && (MyInvocation.BoundParameters.ContainsKey(nameof(PruneAfter)) || MyInvocation.BoundParameters.ContainsKey(nameof(PruneFactor))))
        {
            throw new TrainingException("TrainingPruneMissing", "-PruneAfter and -PruneFactor say how to prune, but -Prune is not given. Add it, or leave them out.");
        }
    }

    private void Compete(TrainingRequest request, SleapRun? earlier)
    {
        if (!request.Config.TrainerConfig.SaveCkpt)
        {
            throw new TrainingException(
                "TrainingPruneWithoutCheckpoints",
                "-Prune trains runs a part at a time, and needs their checkpoints to go on: set trainer_config.save_ckpt to true, as Expand-SleapConfig -OutputPath does.");
        }

        if (earlier?.State == SleapRunState.Running)
        {
            WriteWarning($"{earlier.Name} is being trained by another process: it is left alone, and the others are compared without it.");
            return;
        }

        pruned.Add(new PrunedRun(request, earlier?.Path));
    }

    private void TrainAndPrune()
    {
        var maxEpochs = pruned.Max(run => run.MaxEpochs);
        var first = PruneAfter > 0 ? PruneAfter : SuccessiveHalving.DefaultFirstEpochs(pruned.Count, maxEpochs, PruneFactor);
        var halving = new SuccessiveHalving(first, PruneFactor);
        var rungs = halving.Rungs(maxEpochs);
        if (rungs.Count == 0 && pruned.Count > 1)
        {
            WriteWarning($"Nothing is pruned: all runs end before the first comparison, after epoch {first}. Give a smaller -PruneAfter.");
        }

        WriteVerbose(rungs.Count == 0 || pruned.Count == 1
            ? "There is nothing to prune."
            : string.Create(CultureInfo.InvariantCulture, $"{pruned.Count} runs are compared after epoch {string.Join(" and ", rungs)}; one of {PruneFactor} goes on each time, the last for {maxEpochs}."));
        RunUntilTold((pump, token) =>
        {
            var left = halving.Run(pruned, maxEpochs, (runs, epochs) => TrainPart(runs, epochs, pump, token), (run, epochs) => RankOf(run, epochs, pump), (run, epochs) => EndEarly(run, epochs, pump), token);
            foreach (var run in left)
            {
                WriteOutcome(run, pump);
            }
        });
    }

    private void TrainPart(IReadOnlyList<PrunedRun> runs, int? epochs, PipelinePump pump, CancellationToken token)
    {
        var due = new List<(PrunedRun Run, TrainingRequest Request)>();
        foreach (var run in runs)
        {
            try
            {
                if (run.RequestFor(epochs) is { } request)
                {
                    due.Add((run, request));
                }
            }
            catch (SleapException e)
            {
                run.End(null);
                pump.WriteError(SweepErrors.Named(e, run.Request.Config));
            }
        }

        var requests = due.ConvertAll(pair => pair.Request);
        if (requests.Count == 0)
        {
            return;
        }

        TrainingPool.Run(
            requests,
            ThrottleLimit,
            i => pump.ProgressOf<TrainingProgress>(state => ShowOne(requests, i, state)),
            (i, trained, error) =>
            {
                if (error is not null || trained is not null)
                {
                    due[i].Run.End(trained);
                }

                if (error is not null)
                {
                    pump.WriteError(error);
                }
            },
            token);
    }

    private static double RankOf(PrunedRun run, int epochs, PipelinePump pump)
    {
        try
        {
            return run.RankAt(epochs);
        }
        catch (SleapException e)
        {
            run.End(null);
            pump.WriteError(SweepErrors.Named(e, run.Request.Config));
            return double.NaN;
        }
    }

    private static void EndEarly(PrunedRun run, int epochs, PipelinePump pump)
    {
        run.Prune();
        pump.WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{run.Name} is not among the best after epoch {epochs} and ends."));
        WriteOutcome(run, pump);
    }

    private static void WriteOutcome(PrunedRun run, PipelinePump pump)
    {
        if (run.Outcome() is { } outcome)
        {
            pump.WriteObject(outcome);
        }
    }
}
