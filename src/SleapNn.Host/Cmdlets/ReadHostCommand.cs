using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace SleapNn.Host.Cmdlets;

/// <summary>Asks the user for a line of text.</summary>
[Cmdlet(VerbsCommunications.Read, "Host")]
public sealed class ReadHostCommand : PSCmdlet
{
    /// <summary>The question.</summary>
    [Parameter(Position = 0)]
    public string? Prompt { get; set; }

    /// <summary>Does not show what is typed, and returns it protected.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (string.IsNullOrEmpty(Prompt))
        {
            WriteObject(AsSecureString ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine());
            return;
        }

        var field = new FieldDescription(Prompt);
        field.SetParameterType(AsSecureString ? typeof(SecureString) : typeof(string));
        WriteObject(Host.UI.Prompt("", "", [field])[Prompt]);
    }
}
