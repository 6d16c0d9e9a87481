using System.Management.Automation;
using SleapNn.Automation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Lists the folders that a scheduler watches.</summary>
[Cmdlet(VerbsCommon.Get, "SleapAutomation")]
[OutputType(typeof(SleapAutomation))]
public sealed class GetSleapAutomation : SleapCmdlet
{
    /// <summary>The names.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AutomationNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process() => WriteObject(AutomationSelection.Of(Name, WriteError), enumerateCollection: true);
}
