using System.Management.Automation;
using SleapNn.Evaluation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads metrics files.</summary>
[Cmdlet(VerbsData.Import, "SleapMetrics")]
[OutputType(typeof(SavedMetrics))]
public sealed class ImportSleapMetrics : SleapCmdlet
{
    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in ResolvePaths(Path))
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
