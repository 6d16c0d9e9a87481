using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Estimates the memory and the time of a training.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SleapConfig", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(TrainingEstimate))]
public sealed class MeasureSleapConfig : SleapCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Configuration files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Configuration files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

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
    protected override void Process()
    {
        if (ParameterSetName == "InputObject")
        {
            Estimate(InputObject);
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                Estimate(ConfigFile.Load(path));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private void Estimate(SleapConfig given)
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
