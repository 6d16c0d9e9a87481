using System.Management.Automation;
using SleapNn.Media;
using SleapNn.Reports;
using IOPath = System.IO.Path;

namespace SleapNn.PowerShell.Commands;

/// <summary>Writes an evaluation as a page or as plots.</summary>
[Cmdlet(VerbsData.Export, "SleapReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSleapReport : SleapCmdlet
{
    private string? written;

    /// <summary>The evaluation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EvaluationResult InputObject { get; set; } = null!;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = "";

    /// <summary>Which plot, for a picture.</summary>
    [Parameter]
    public EvaluationPlot Plot { get; set; }

    /// <summary>How many of the worst frames, for a page.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int WorstFrames { get; set; } = 6;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var output = ResolveOutputPath(OutputPath);
        var isPage = IOPath.GetExtension(output).ToLowerInvariant() is ".html" or ".htm";
        Check(output, isPage);
        if (!ShouldProcess(output, isPage ? "Write a report" : "Draw plots"))
        {
            return;
        }

        if (isPage)
        {
            var problems = RunPumped((_, token) => EvaluationReport.Save(InputObject, output, WorstFrames, token));
            foreach (var problem in problems)
            {
                WriteWarning(problem);
            }
        }
        else
        {
            using var picture = EvaluationCharts.ToPicture(InputObject, Plot);
            picture.Save(output);
        }

        written = output;
        WriteFile(output);
    }

    private void Check(string output, bool isPage)
    {
        if (!isPage && !FrameSource.IsImagePath(output))
        {
            throw new EvaluationException("EvaluationFileType", $"A report is a page (.html) or a picture of its plots (.png, .jpg, .bmp, .tif); '{output}' is neither.", output);
        }

        var idle = isPage ? nameof(Plot) : nameof(WorstFrames);
        if (MyInvocation.BoundParameters.ContainsKey(idle))
        {
            throw new EvaluationException("EvaluationOption", $"-{idle} has no meaning for '{output}': {(isPage ? "a page has all plots" : "only a page (.html) shows frames")}.", output);
        }

        if (written is not null)
        {
            throw new EvaluationException("EvaluationOneFile", $"'{written}' holds one result, but there are more. Export each to a file of its own.", written);
        }

        if (Directory.Exists(output))
        {
            throw new EvaluationException("EvaluationPathIsFolder", $"'{output}' is a folder, not a file.", output);
        }

        if (File.Exists(output) && !Force)
        {
            throw new EvaluationException("EvaluationFileExists", $"'{output}' is already there; -Force replaces it.", output);
        }
    }
}
