using System.Management.Automation;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads the training log of runs.</summary>
[Cmdlet(VerbsCommon.Get, "SleapTrainingLog", DefaultParameterSetName = "Path")]
[OutputType(typeof(TrainingLogEntry))]
public sealed class GetSleapTrainingLog : SleapCmdlet
{
    /// <summary>A run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public TrainingRun InputObject { get; set; } = null!;

    /// <summary>Runs' folders or their logs; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Runs' folders or their logs, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        IEnumerable<string> paths = ParameterSetName == "InputObject" ? [InputObject.Path] : literal ? ResolvePaths(LiteralPath, literal) : Path.SelectMany(Resolve);
        foreach (var path in paths)
        {
            try
            {
                WriteObject(TrainingLog.Read(path), enumerateCollection: true);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    // A run that is there under its own name is meant by it, as Get-SleapRun hands it on. A wildcard also matches what lies
    // beside the runs and the logs: pictures, checkpoints.
    private IEnumerable<string> Resolve(string path)
    {
        var found = ResolvePaths([path], literal: System.IO.Path.Exists(ResolveOutputPath(path)));
        return found.Count > 1 && found.Any(IsLog) ? found.Where(IsLog) : found;
    }

    private static bool IsLog(string path) => Directory.Exists(path)
        ? File.Exists(System.IO.Path.Combine(path, TrainingLog.FileName))
        : System.IO.Path.GetFileName(path) == TrainingLog.FileName;
}
