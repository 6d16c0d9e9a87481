using System.Diagnostics;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Measures how long a script block takes.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
public sealed class MeasureCommandCommand : PSCmdlet
{
    /// <summary>What to run.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock Expression { get; set; } = ScriptBlock.Create("");

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var clock = Stopwatch.StartNew();
        InvokeCommand.InvokeScript(useLocalScope: false, Expression, input: null, args: []);
        WriteObject(clock.Elapsed);
    }
}
