using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Adds a note property to an object.</summary>
[Cmdlet(VerbsCommon.Add, "Member")]
public sealed class AddMemberCommand : PSCmdlet
{
    /// <summary>The object.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = new();

    /// <summary>The property's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Name")]
    public string NotePropertyName { get; set; } = "";

    /// <summary>The property's value.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Value")]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    /// <summary>Replaces a property of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the object.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Force && InputObject.Properties[NotePropertyName] is { IsInstance: true })
        {
            InputObject.Properties.Remove(NotePropertyName);
        }

        InputObject.Properties.Add(new PSNoteProperty(NotePropertyName, NotePropertyValue));
        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }
}
