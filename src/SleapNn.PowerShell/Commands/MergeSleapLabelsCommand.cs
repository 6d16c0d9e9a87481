using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Joins labels into one.</summary>
[Cmdlet(VerbsData.Merge, "SleapLabels")]
[OutputType(typeof(SleapLabels))]
public sealed class MergeSleapLabelsCommand : SleapCmdlet
{
    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public SleapLabels[] InputObject { get; set; } = [];

    /// <summary>What happens to a frame that several of the labels have.</summary>
    [Parameter]
    public DuplicateFrames Duplicates { get; set; }

    private readonly List<SleapLabels> collected = [];

    /// <inheritdoc/>
    protected override void Process() => collected.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void End()
    {
        if (collected.Count > 0)
        {
            WriteObject(LabelsMerge.Merge(collected, Duplicates));
        }
    }
}
