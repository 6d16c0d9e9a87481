using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Sends objects down the pipeline.</summary>
[Cmdlet(VerbsCommunications.Write, "Output")]
public sealed class WriteOutputCommand : PSCmdlet
{
    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Sends a collection as one object.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // One argument that was collected as the only remaining one is that argument, not a list of it.
        var value = InputObject is System.Collections.Generic.List<object> { Count: 1 } list ? list[0] : InputObject;
        WriteObject(value, enumerateCollection: !NoEnumerate);
    }
}
