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
    protected override void Begin() => job = AsJob ? new JobRequest(this) : null;

    /// <inheritdoc/>
    protected override void End()
    {
        job?.Start();
        if (queue.Count == 0)
        {
            return;
        }

        RunPumped(
            (pump, token) =>
            {
                TrainingPool.Run(queue, ThrottleLimit, pump, i => pump.ProgressOf<TrainingProgress>(state => ShowOne(i, state)), token);
                return true;
            },
            StopGrace);
    }

    // False where the run is not to be trained now: it is finished, or waits for a free place.
    private bool IsDue(TrainingRequest request)
    {
        if (SkipFinished && !GoesOn(request))
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

    private bool GoesOn(TrainingRequest request)
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
            return true;
        }

        var run = RunReader.Read(folder);
        var others = RunReader.DifferencesTo(run, request.Config);
        if (others.Count > 0)
        {
            throw new TrainingException(
                "TrainingRunDiffers",
                $"'{folder}' holds a run of another configuration: {string.Join(", ", others.Take(3))} differ. Choose another folder, or replace the run with -Force.",
                folder);
        }

        switch (run.State)
        {
            case SleapRunState.Finished:
                WriteVerbose($"{run.Name} is finished (best loss {run.BestLoss.ToString("g4", CultureInfo.InvariantCulture)}).");
                return false;
            case SleapRunState.Running:
                WriteWarning($"{run.Name} is being trained by another process and is left alone.");
                return false;
        }

        var last = System.IO.Path.Combine(folder, RunFolder.LastCheckpoint);
        var checkpoint = File.Exists(last) ? last : run.Checkpoint;
        if (checkpoint is null)
        {
            // It ended before there was anything to keep.
            RunFolder.Clear(folder);
            return true;
        }

        WriteVerbose($"{run.Name} goes on after {run.Epochs} epochs.");
        trainer.ResumeCkptPath = checkpoint;
        return true;
    }

    private void ShowOne(int number, TrainingProgress state)
    {
        var request = queue[number];
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
            WriteProgress(new ProgressRecord(number + 1, $"Training {name} ({number + 1} of {queue.Count})", status)
            {
                PercentComplete = (int)state.PercentComplete,
                SecondsRemaining = state.Remaining is { } rest ? (int)Math.Min(rest.TotalSeconds, int.MaxValue) : -1,
                RecordType = state.PercentComplete >= 100 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        }
    }
}
