using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>The base of cmdlets that train: runs a request, shows where it stands, and lets it save when it is stopped.</summary>
public abstract class TrainingCmdlet : SleapCmdlet
{
    private const int ActivityId = 1;

    // A step and its checkpoint may take long on a large model, and neither must be lost.
    private protected static readonly TimeSpan StopGrace = TimeSpan.FromMinutes(5);

    /// <summary>The kind of device, or certain GPUs.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Device { get; set; }

    /// <summary>The devices as a request has them.</summary>
    private protected string? AskedDevice => Device is null ? null : string.Join(',', Device);

    /// <summary>The largest number of epochs.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxEpochs { get; set; }

    /// <summary>Trains, writes the run to the pipeline, and ends the process afterwards where it was told to end meanwhile.</summary>
    /// <param name="request">What to train.</param>
    private protected void Run(TrainingRequest request)
    {
        var activity = $"Training {request.Config.ModelConfig.HeadConfigs.GetActiveName()}";
        var showsBar = request.Config.TrainerConfig.EnableProgressBar;
        try
        {
            RunUntilTold((pump, token) => pump.WriteObject(Trainer.Run(request, pump.ProgressOf<TrainingProgress>(p => Show(activity, p, showsBar)), token)));
        }
        finally
        {
            if (!CancellationToken.IsCancellationRequested)
            {
                WriteProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed });
            }
        }
    }

    /// <summary>Trains on a thread of its own, and ends the process afterwards where it was told to end meanwhile.</summary>
    /// <param name="work">The work. It must watch the token, and save what is to be saved.</param>
    private protected void RunUntilTold(Action<PipelinePump, CancellationToken> work)
    {
        using var terminate = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            terminate.Cancel();
        });
        try
        {
            RunPumped(
                (pump, token) =>
                {
                    using var stop = CancellationTokenSource.CreateLinkedTokenSource(token, terminate.Token);
                    try
                    {
                        work(pump, stop.Token);
                    }
                    catch (SleapException e) when (token.IsCancellationRequested)
                    {
                        // After Ctrl-C the pipeline takes nothing any more, but that the last state is not saved has to be seen.
                        Host.UI.WriteErrorLine(e.Message);
                    }

                    return true;
                },
                StopGrace);
        }
        catch (OperationCanceledException) when (terminate.IsCancellationRequested)
        {
            // Stopped before there was anything to keep.
        }
        catch (SleapException e) when (terminate.IsCancellationRequested)
        {
            // Whoever asked the process to end does not want it to go on with its script.
            WriteError(e);
        }

        if (terminate.IsCancellationRequested)
        {
            EndOfProcess();
        }
    }

    /// <summary>The losses of an epoch as text; that of validation is not there before the first one has ended.</summary>
    private protected static string Losses(double train, double validation) =>
        string.Create(CultureInfo.InvariantCulture, $"train loss {train:g4}")
            + (double.IsNaN(validation) ? "" : string.Create(CultureInfo.InvariantCulture, $", val loss {validation:g4}"));

    // What SIGTERM asks for, now that the state is saved.
    private void EndOfProcess()
    {
        WriteVerbose("Ending, as the signal SIGTERM asked for.");
        Environment.Exit(128 + 15);
    }

    private void Show(string activity, TrainingProgress progress, bool showsBar)
    {
        if (progress.Message is not null)
        {
            if (progress.IsWarning)
            {
                WriteWarning(progress.Message);
            }
            else
            {
                WriteVerbose(progress.Message);
            }
        }

        if (!showsBar)
        {
            return;
        }

        var status = progress.Epoch == 0
            ? progress.Activity
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Epoch {progress.Epoch}/{progress.MaxEpochs}, step {progress.Step}/{progress.StepsPerEpoch}, {Losses(progress.TrainLoss, progress.ValLoss)}");
        WriteProgress(new ProgressRecord(ActivityId, activity, status)
        {
            PercentComplete = (int)progress.PercentComplete,
            SecondsRemaining = progress.Remaining is { } rest ? (int)Math.Min(rest.TotalSeconds, int.MaxValue) : -1,
        });
    }
}
