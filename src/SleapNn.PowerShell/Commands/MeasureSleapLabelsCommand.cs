using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Counts what labels hold, and suggests the sizes that a model for them needs.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SleapLabels", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(LabelsStatistics))]
public sealed class MeasureSleapLabelsCommand : SleapCmdlet
{
    private string[] paths = [];
    private bool literal;

    /// <summary>Labels files.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path
    {
        get => paths;
        set => (paths, literal) = (value, false);
    }

    /// <summary>Labels files, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath
    {
        get => paths;
        set => (paths, literal) = (value, true);
    }

    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapLabels InputObject { get; set; } = null!;

    /// <summary>The maximum stride of the model's backbone.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int MaxStride { get; set; } = 16;

    /// <summary>Pixels added to the largest instance.</summary>
    [Parameter]
    [ValidateRange(0, 100_000)]
    public int CropPadding { get; set; }

    /// <summary>The smallest crop side in pixels.</summary>
    [Parameter]
    [ValidateRange(0, 100_000)]
    public int MinCropSize { get; set; } = LabelsMeasure.DefaultMinCropSizePx;

    /// <inheritdoc/>
    protected override void Process()
    {
        var labels = ParameterSetName == "InputObject" ? [InputObject] : ResolvePaths(paths, literal).Select(path => LabelsFile.Load(path));
        foreach (var one in labels)
        {
            WriteObject(LabelsMeasure.Measure(one, MaxStride, CropPadding, MinCropSize, WriteUnreadable));
        }
    }

    private void WriteUnreadable(SleapVideo video, MediaException error) => WriteVerbose($"The size of '{video}' is not known: {error.Message}");
}
