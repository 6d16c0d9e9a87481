using System.Collections;
using System.Management.Automation;
using SleapNn.Runtime;

namespace SleapNn.PowerShell.Commands;

/// <summary>Describes this machine as the module sees it.</summary>
[Cmdlet(VerbsCommon.Get, "SleapSystem")]
[OutputType(typeof(SleapSystem))]
public sealed class GetSleapSystem : SleapCmdlet
{
    /// <inheritdoc/>
    protected override void End()
    {
        var module = MyInvocation.MyCommand.Module?.Version?.ToString() ?? typeof(GetSleapSystem).Assembly.GetName().Version!.ToString(3);
        var table = SessionState.PSVariable.GetValue("PSVersionTable") as IDictionary;
        var powerShell = table?["PSVersion"]?.ToString() ?? typeof(PSObject).Assembly.GetName().Version!.ToString();
        WriteObject(RunPumped((_, _) => SystemReport.Create(module, powerShell)));
    }
}
