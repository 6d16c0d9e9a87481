using System.Management.Automation;
using SleapNn.Evaluation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Writes a metrics file.</summary>
[Cmdlet(VerbsData.Export, "SleapMetrics", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSleapMetrics : SleapCmdlet
{
    private string? written;

    /// <summary>The metrics.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EvaluationResult InputObject { get; set; } = null!;

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var path = ResolveOutputPath(Path);
        if (written is not null)
        {
            throw new EvaluationException("EvaluationOneFile", $"'{written}' holds one result, but there are more. Export each to a file of its own.", written);
        }

        if (File.Exists(path) && !Force)
        {
            throw new EvaluationException("EvaluationFileExists", $"'{path}' is already there; -Force replaces it.", path);
        }

        if (ShouldProcess(path, "Write metrics"))
        {
            MetricsFile.Save(InputObject, path);
            written = path;
            WriteFile(path);
        }
    }
}
