using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Counts what labels hold, and suggests the sizes that a model for them needs.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SleapLabels")]
[OutputType(typeof(LabelsStatistics))]
public sealed class MeasureSleapLabelsCommand : SleapCmdlet
{
    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
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
    protected override void Process() => WriteObject(LabelsMeasure.Measure(InputObject, MaxStride, CropPadding, MinCropSize, WriteUnreadable));

    private void WriteUnreadable(SleapVideo video, MediaException error) => WriteVerbose($"The size of '{video}' is not known: {error.Message}");
}
