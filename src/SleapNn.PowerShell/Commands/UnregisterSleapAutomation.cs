using System.Management.Automation;
using SleapNn.Automation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Has a scheduler forget a watched folder.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "SleapAutomation", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UnregisterSleapAutomation : SleapCmdlet
{
    /// <summary>The names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AutomationNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var automation in AutomationSelection.Of(Name, WriteError))
        {
            if (ShouldProcess(automation.ToString(), $"Remove from {automation.Kind}, and delete {string.Join(", ", automation.Files)}"))
            {
                AutomationStore.Remove(automation);
            }
        }
    }
}
