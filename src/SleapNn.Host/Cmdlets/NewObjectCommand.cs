using System.Collections;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Creates an object of a .NET type.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    /// <summary>The type.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string TypeName { get; set; } = "";

    /// <summary>The constructor's arguments.</summary>
    [Parameter(Position = 1)]
    [Alias("Args")]
    public object[] ArgumentList { get; set; } = [];

    /// <summary>Properties to set.</summary>
    [Parameter]
    public IDictionary? Property { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isCustom = TypeName.Equals("PSObject", StringComparison.OrdinalIgnoreCase) || TypeName.Equals("PSCustomObject", StringComparison.OrdinalIgnoreCase);
        var value = isCustom ? new PSObject() : PSObject.AsPSObject(Create());
        foreach (DictionaryEntry entry in Property ?? new Hashtable())
        {
            var name = entry.Key.ToString()!;
            if (isCustom)
            {
                value.Properties.Add(new PSNoteProperty(name, entry.Value));
            }
            else
            {
                value.Properties[name].Value = entry.Value;
            }
        }

        WriteObject(value);
    }

    private object Create()
    {
        var type = LanguagePrimitives.ConvertTo<Type>(TypeName);
        var script = ScriptBlock.Create("param($t, $a) $t::new.Invoke($a)");
        return script.InvokeReturnAsIs(type, ArgumentList);
    }
}
