using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Writes labels to a file.</summary>
[Cmdlet(VerbsData.Export, "SleapLabels", SupportsShouldProcess = true)]
[OutputType(typeof(SleapLabels))]
public sealed class ExportSleapLabelsCommand : SleapCmdlet
{
    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public SleapLabels InputObject { get; set; } = null!;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("OutputPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Which frames' images the file holds.</summary>
    [Parameter]
    public EmbedFrames Embed { get; set; }

    /// <summary>One video of several.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(VideoIndexCompleter))]
    public int? VideoIndex { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands the labels on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private bool written;

    /// <inheritdoc/>
    protected override void Process()
    {
        var target = ResolveOutputPath(Path);
        if (written)
        {
            throw new LabelsException("LabelsOneFile", $"Several labels cannot go to the one file '{target}': join them with Merge-SleapLabels, or write each to its own.", InputObject);
        }

        LabelsExport.Check(target);
        if (Embed is not (EmbedFrames.Keep or EmbedFrames.None) && !LabelsExport.IsLabelsFile(target))
        {
            throw new LabelsException("LabelsEmbedFormat", $"'{target}' would hold poses only; images can be embedded in labels files (.slp).", target);
        }

        if (File.Exists(target) && !Force)
        {
            throw new LabelsException("LabelsFileExists", $"'{target}' is there already; -Force replaces it.", target);
        }

        if (ShouldProcess(target, "Write labels"))
        {
            Write(target);
            written = true;
        }

        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }

    private void Write(string target)
    {
        var labels = InputObject;
        var progress = new ProgressRecord(0, "Export-SleapLabels", target);
        var note = RunPumped<(int Done, int Total), string?>(
            (report, token) =>
            {
                using var embedder = new FrameEmbedder();
                return LabelsExport.Save(
                    labels, target, VideoIndex, new LabelsWriteOptions { Embed = Embed, EncodeFrame = embedder.Encode, Progress = report, CancellationToken = token });
            },
            step =>
            {
                progress.PercentComplete = 100 * step.Done / Math.Max(step.Total, 1);
                progress.StatusDescription = $"Frame {step.Done} of {step.Total}";
                WriteProgress(progress);
            });
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        if (note is not null)
        {
            WriteWarning(note);
        }
    }
}
