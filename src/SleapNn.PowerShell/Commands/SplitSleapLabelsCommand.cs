using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Divides labels into parts for training, validation and test.</summary>
[Cmdlet(VerbsCommon.Split, "SleapLabels")]
[OutputType(typeof(LabelsSplit))]
public sealed class SplitSleapLabelsCommand : SleapCmdlet
{
    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public SleapLabels InputObject { get; set; } = null!;

    /// <summary>The fraction of frames for validation.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Validation { get; set; } = 0.1;

    /// <summary>The fraction of frames for test.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Test { get; set; }

    /// <summary>The seed that gives the same parts again.</summary>
    [Parameter]
    public int Seed { get; set; } = 42;

    /// <summary>Leaves out frames that no person labelled.</summary>
    [Parameter]
    public SwitchParameter UserFramesOnly { get; set; }

    /// <inheritdoc/>
    protected override void Process() => WriteObject(LabelsDivision.Split(InputObject, Validation, Test, Seed, UserFramesOnly));
}
