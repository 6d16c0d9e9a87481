using System.Management.Automation;
using SleapNn.Demo;

namespace SleapNn.PowerShell.Commands;

/// <summary>Generates a labelled data set of made-up insects, whose true poses are known.</summary>
[Cmdlet(VerbsCommon.New, "SleapDemoDataset", SupportsShouldProcess = true)]
[OutputType(typeof(DemoDataset))]
public sealed class NewSleapDemoDataset : SleapCmdlet
{
    /// <summary>The folder to write to.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The number of frames to train with.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Frames { get; set; } = 120;

    /// <summary>The number of frames to test with.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int TestFrames { get; set; } = 30;

    /// <summary>The number of animals.</summary>
    [Parameter]
    [ValidateRange(1, 20)]
    public int Animals { get; set; } = 1;

    /// <summary>Whether animals cross.</summary>
    [Parameter]
    public SwitchParameter Crossing { get; set; }

    /// <summary>The seed.</summary>
    [Parameter]
    public int Seed { get; set; } = 1;

    /// <summary>The height of a frame.</summary>
    [Parameter]
    [ValidateRange(64, 4096)]
    public int HeightPx { get; set; }

    /// <summary>The width of a frame.</summary>
    [Parameter]
    [ValidateRange(64, 4096)]
    public int WidthPx { get; set; }

    /// <summary>Whether to replace files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var folder = ResolveOutputPath(Path);
        var options = CreateOptions();
        options.Validate();
        if (File.Exists(folder))
        {
            throw new MediaException("DemoPathIsFile", $"'{folder}' is a file, but the data set needs a folder.", folder);
        }

        var existing = DemoDatasetWriter.FileNames.Where(name => File.Exists(System.IO.Path.Combine(folder, name))).ToList();
        if (existing.Count > 0 && !Force)
        {
            throw new MediaException(
                "DemoFilesExist",
                $"The folder '{folder}' holds {string.Join(", ", existing)} already. Choose another folder, or use -Force to replace them.",
                folder);
        }

        if (!ShouldProcess(folder, $"Generate {Frames} + {TestFrames} labelled frames of {options.WidthPx} x {options.HeightPx} pixels"))
        {
            return;
        }

        var progress = new ProgressRecord(1, "Generating a demo data set", "Filming");
        var dataset = RunPumped<(int Done, int Total), DemoDataset>(
            (reports, token) => DemoDatasetWriter.Write(folder, options, Frames, TestFrames, reports, token),
            report =>
            {
                progress.StatusDescription = $"Frame {report.Done} of {report.Total}";
                progress.PercentComplete = (int)(100L * report.Done / report.Total);
                WriteProgress(progress);
            });
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        WriteObject(dataset);
    }

    // The more animals, the larger the frame, so that each has the room of a single one in 128 x 160 pixels.
    private DemoOptions CreateOptions()
    {
        var height = HeightPx > 0 ? HeightPx : RoundUp(128 * Math.Sqrt(Animals));
        return new DemoOptions
        {
            Animals = Animals,
            Seed = Seed,
            Crossing = Crossing,
            HeightPx = height,
            WidthPx = WidthPx > 0 ? WidthPx : RoundUp(height * 1.25),
        };
    }

    private static int RoundUp(double sizePx) => Math.Min(4096, (int)Math.Ceiling(sizePx / 32) * 32);
}
