using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Trains a model.</summary>
[Cmdlet(VerbsLifecycle.Start, "SleapTraining", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingRun))]
public sealed partial class StartSleapTraining : TrainingCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>The configuration files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The configuration files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The labels files to train on, in place of those of the configuration.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] LabelsPath { get; set; } = [];

    /// <summary>The labels files to validate with, in place of those of the configuration.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ValLabelsPath { get; set; } = [];

    /// <summary>The run's folder.</summary>
    [Parameter]
    [Alias("OutputFolder")]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>The batch size of training and validation.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; }

    /// <summary>The learning rate.</summary>
    [Parameter]
    public double LearningRate { get; set; }

    /// <summary>The seed of everything that is random.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Seed { get; set; }

    /// <summary>A checkpoint of an earlier run to go on from.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResumeFrom { get; set; }

    /// <summary>Replaces a run that is in the folder.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (job is not null)
        {
            job.Add();
            return;
        }

        if (ParameterSetName == "InputObject")
        {
            try
            {
                Train(InputObject, InputObject.TrainerConfig.RunName ?? (InputObject.DataConfig.TrainLabelsPath.Count > 0 ? InputObject.DataConfig.TrainLabelsPath[0] : "the configuration"));
            }
            catch (SleapException e)
            {
                // Others of a sweep go on.
                WriteError(SweepErrors.Named(e, InputObject));
            }

            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                Train(ConfigFile.Load(path), path);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private void Train(SleapConfig given, string target)
    {
        var config = WithOverrides(given);
        if (!ShouldProcess(target, $"Train a {config.ModelConfig.HeadConfigs.GetActiveName()} model for up to {config.TrainerConfig.MaxEpochs} epochs"))
        {
            return;
        }

        var request = new TrainingRequest
        {
            Config = config,
            OutputPath = OutputPath is null ? null : ResolveOutputPath(OutputPath),
            Device = AskedDevice,
            Force = Force,
            BasePath = ResolveOutputPath("."),
        };
        if (IsDue(request))
        {
            Run(request);
        }
    }

    private SleapConfig WithOverrides(SleapConfig given)
    {
        var config = given.DeepCopy();
        var trainer = config.TrainerConfig;

        // Who starts a training at the prompt wants its result.
        if (given.TrainerConfig.SaveCkpt is false && OutputPath is not null)
        {
            trainer.SaveCkpt = true;
        }

        if (LabelsPath.Length > 0)
        {
            config.DataConfig.TrainLabelsPath = [.. LabelsPath.Select(path => ResolveExistingPath(path))];
        }

        if (ValLabelsPath.Length > 0)
        {
            config.DataConfig.ValLabelsPath = [.. ValLabelsPath.Select(path => ResolveExistingPath(path))];
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(MaxEpochs)))
        {
            trainer.MaxEpochs = MaxEpochs;
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(BatchSize)))
        {
            trainer.TrainDataLoader.BatchSize = BatchSize;
            trainer.ValDataLoader.BatchSize = BatchSize;
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(LearningRate)))
        {
            trainer.Optimizer.Lr = LearningRate;
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(Seed)))
        {
            trainer.Seed = Seed;
        }

        if (ResumeFrom is not null)
        {
            trainer.ResumeCkptPath = ResolveExistingPath(ResumeFrom);
        }

        return config;
    }
}
