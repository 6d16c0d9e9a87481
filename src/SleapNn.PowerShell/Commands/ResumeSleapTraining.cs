using System.Management.Automation;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Goes on with a training run that was interrupted.</summary>
[Cmdlet(VerbsLifecycle.Resume, "SleapTraining", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingRun))]
public sealed class ResumeSleapTraining : TrainingCmdlet
{
    /// <summary>The run's folders; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The run's folders, as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                Resume(path);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private void Resume(string path)
    {
        var request = RunFolder.ToResume(File.Exists(path) ? System.IO.Path.GetDirectoryName(path)! : path);
        var folder = request.OutputPath!;
        if (MyInvocation.BoundParameters.ContainsKey(nameof(MaxEpochs)))
        {
            request.Config.TrainerConfig.MaxEpochs = MaxEpochs;
        }

        var from = RunFolder.CheckpointToResume(folder) is { } checkpoint ? $"from {System.IO.Path.GetFileName(checkpoint)}" : "from its beginning, as it has no checkpoint yet";
        if (ShouldProcess(folder, $"Go on {from} for up to {request.Config.TrainerConfig.MaxEpochs} epochs in all"))
        {
            Run(new TrainingRequest { Config = request.Config, OutputPath = folder, BasePath = request.BasePath, Resume = true, Device = AskedDevice });
        }
    }
}
