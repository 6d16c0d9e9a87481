using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.Media;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Draws what augmentation makes of the labelled frames of a configuration.</summary>
[Cmdlet(VerbsCommon.Show, "SleapAugmentation", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ShowSleapAugmentation : SleapCmdlet
{
    private const int MostCells = 400;
    private string? written;

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>The configuration file; a wildcard must match one.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The configuration file, as it is.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The picture.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = "";

    /// <summary>The labels files, in place of those of the configuration.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] LabelsPath { get; set; } = [];

    /// <summary>How many varied examples of each sample.</summary>
    [Parameter]
    [ValidateRange(1, 50)]
    public int Count { get; set; } = 5;

    /// <summary>How many samples.</summary>
    [Parameter]
    [ValidateRange(1, 50)]
    public int Samples { get; set; } = 4;

    /// <summary>The seed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Seed { get; set; }

    /// <summary>Replaces a picture that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var config = ParameterSetName switch
        {
            "InputObject" => InputObject.DeepCopy(),
            "Path" => ConfigFile.Load(ResolveExistingPath(Path)),
            _ => ConfigFile.Load(ResolveExistingPath(LiteralPath, literal: true)),
        };
        if (LabelsPath.Length > 0)
        {
            config.DataConfig.TrainLabelsPath = [.. LabelsPath.Select(path => ResolveExistingPath(path))];
        }

        var output = ResolveOutputPath(OutputPath);
        Check(output);
        if (!ShouldProcess(output, "Draw augmented examples"))
        {
            return;
        }

        int? seed = MyInvocation.BoundParameters.ContainsKey(nameof(Seed)) ? Seed : null;
        var folder = ResolveOutputPath(".");
        using (var sheet = RunPumped((_, token) => AugmentationSheet.Draw(config, folder, Samples, Count, seed, token)))
        {
            sheet.Save(output);
        }

        written = output;
        WriteFile(output);
    }

    private void Check(string output)
    {
        if (Samples * (Count + 1) > MostCells)
        {
            throw new TrainingException("AugmentationSheetTooLarge", $"A sheet holds up to {MostCells} pictures, not {Samples * (Count + 1)}. Use a smaller -Count or -Samples.", Count);
        }

        if (!FrameSource.IsImagePath(output))
        {
            throw new TrainingException("AugmentationSheetType", $"The sheet is a picture (.png, .jpg, .bmp, .tif); '{output}' is none.", output);
        }

        if (written is not null)
        {
            throw new TrainingException("AugmentationOneSheet", $"'{written}' holds the sheet of one configuration, but there are more. Draw each to a file of its own.", written);
        }

        if (Directory.Exists(output))
        {
            throw new TrainingException("AugmentationSheetIsFolder", $"'{output}' is a folder, not a file.", output);
        }

        if (File.Exists(output) && !Force)
        {
            throw new TrainingException("AugmentationSheetExists", $"'{output}' is already there; -Force replaces it.", output);
        }
    }
}
