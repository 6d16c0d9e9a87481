using System.Globalization;
using System.Management.Automation;
using SleapNn.Sweeps;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <content>What sweeps need: several runs at once, going on where a sweep was stopped, and jobs.</content>
public sealed partial class StartSleapTraining
{
    private readonly List<TrainingRequest> queue = [];
    private JobRequest? job;

    /// <summary>Leaves finished runs alone and goes on with stopped ones.</summary>
    [Parameter]
    public SwitchParameter SkipFinished { get; set; }

    /// <summary>How many runs at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Trains in a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        RequirePruneForItsParameters();
        job = AsJob ? new JobRequest(this) : null;
    }

    /// <inheritdoc/>
    protected override void End()
    {
        job?.Start();
        if (pruned.Count > 0)
        {
            TrainAndPrune();
        }
        else if (queue.Count > 0)
        {
            RunUntilTold((pump, token) => TrainingPool.Run(
                queue,
                ThrottleLimit,
                i => pump.ProgressOf<TrainingProgress>(state => ShowOne(queue, i, state)),
                (_, run, error) => Write(pump, run, error),
                token));
        }
    }

    private static void Write(PipelinePump pump, TrainingRun? run, Exception? error)
    {
        if (run is not null)
        {
            pump.WriteObject(run);
        }

        if (error is not null)
        {
            pump.WriteError(error);
        }
    }

    // False where the run is not to be trained now: it is finished, or waits for a free place or for the others.
    private bool IsDue(TrainingRequest request)
    {
        var earlier = SkipFinished ? Earlier(request) : null;
        if (Prune)
        {
            Compete(request, earlier);
            return false;
        }

        if (earlier is not null && !GoesOn(request, earlier))
        {
            return false;
        }

        if (ThrottleLimit == 1)
        {
            return true;
        }

        queue.Add(request);
        return false;
    }

    // The run that a sweep before this one left in the request's folder.
    private SleapRun? Earlier(TrainingRequest request)
    {
        var trainer = request.Config.TrainerConfig;
        if (request.OutputPath is null && trainer.RunName is not { Length: > 0 })
        {
            throw new TrainingException(
                "TrainingRunUnnamed",
                "-SkipFinished needs to know the run's folder: give the configuration a run name (trainer_config.run_name), as Expand-SleapConfig does, or give -OutputPath.");
        }

        var folder = System.IO.Path.GetFullPath(request.OutputPath ?? System.IO.Path.Combine(trainer.CkptDir ?? ".", trainer.RunName!), request.BasePath!);
        if (!RunFolder.HoldsRun(folder) || Force)
        {
            return null;
        }

        var run = RunReader.Read(folder);
        var others = RunReader.DifferencesTo(run, request.Config);
        return others.Count == 0
            ? run
            : throw new TrainingException(
                "TrainingRunDiffers",
                $"'{folder}' holds a run of another configuration: {string.Join(", ", others.Take(3))} differ. Choose another folder, or replace the run with -Force.",
                folder);
    }

    private bool GoesOn(TrainingRequest request, SleapRun run)
    {
        switch (run.State)
        {
            case SleapRunState.Finished:
                WriteVerbose($"{run.Name} is finished (best loss {run.BestLoss.ToString("g4", CultureInfo.InvariantCulture)}).");
                WriteObject(RunReader.ReadOutcome(run.Path));
                return false;
            case SleapRunState.Running:
                WriteWarning($"{run.Name} is being trained by another process and is left alone.");
                return false;
        }

        var last = System.IO.Path.Combine(run.Path, RunFolder.LastCheckpoint);
        var checkpoint = File.Exists(last) ? last : run.Checkpoint;
        if (checkpoint is null)
        {
            // It ended before there was anything to keep.
            RunFolder.Clear(run.Path);
            return true;
        }

        WriteVerbose($"{run.Name} goes on after {run.Epochs} epochs.");
        request.Config.TrainerConfig.ResumeCkptPath = checkpoint;
        return true;
    }

    private void ShowOne(IReadOnlyList<TrainingRequest> requests, int number, TrainingProgress state)
    {
        var request = requests[number];
        var name = request.Config.TrainerConfig.RunName ?? $"run {number + 1}";
        if (state.Message is not null)
        {
            if (state.IsWarning)
            {
                WriteWarning($"{name}: {state.Message}");
            }
            else
            {
                WriteVerbose($"{name}: {state.Message}");
            }
        }

        if (request.Config.TrainerConfig.EnableProgressBar)
        {
            var status = state.Epoch == 0
                ? state.Activity
                : $"Epoch {state.Epoch}/{state.MaxEpochs}, {Losses(state.TrainLoss, state.ValLoss)}";
            WriteProgress(new ProgressRecord(number + 1, $"Training {name} ({number + 1} of {requests.Count})", status)
            {
                PercentComplete = (int)state.PercentComplete,
                SecondsRemaining = state.Remaining is { } rest ? (int)Math.Min(rest.TotalSeconds, int.MaxValue) : -1,
                RecordType = state.PercentComplete >= 100 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        }
    }
}
