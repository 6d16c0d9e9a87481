using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Estimates the memory and the time of a training.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SleapConfig", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(TrainingEstimate))]
public sealed class MeasureSleapConfig : ConfigCmdlet
{
    /// <summary>The labels files to train on, in place of those of the configuration.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] LabelsPath { get; set; } = [];

    /// <summary>The batch size, in place of that of the configuration.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; }

    /// <summary>The device.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string? Device { get; set; }

    /// <summary>Makes steps of full size.</summary>
    [Parameter]
    public SwitchParameter Measure { get; set; }

    /// <inheritdoc/>
    protected override void Process(SleapConfig given)
    {
        var config = given.DeepCopy();
        if (LabelsPath.Length > 0)
        {
            config.DataConfig.TrainLabelsPath = [.. LabelsPath.Select(path => ResolveExistingPath(path))];
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(BatchSize)))
        {
            config.TrainerConfig.TrainDataLoader.BatchSize = BatchSize;
            config.TrainerConfig.ValDataLoader.BatchSize = BatchSize;
        }

        var basePath = ResolveOutputPath(".");
        const string Activity = "Estimating a training";
        WriteObject(RunPumped((pump, token) => TrainingEstimator.Estimate(
            config, basePath, Device, Measure, text => pump.WriteProgress(new ProgressRecord(1, Activity, text)), token)));
        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }
}
