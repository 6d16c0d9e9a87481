using System.Management.Automation;
using SleapNn.Evaluation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads metrics files.</summary>
[Cmdlet(VerbsData.Import, "SleapMetrics", DefaultParameterSetName = "Path")]
[OutputType(typeof(SavedMetrics))]
public sealed class ImportSleapMetrics : SleapCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, each taken as it is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                WriteObject(MetricsFile.Load(path));
            }
            catch (SleapException error)
            {
                WriteError(error);
            }
        }
    }
}
