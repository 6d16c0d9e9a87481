using System.Collections;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Picks objects by position, and properties by name.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<PSObject?> kept = [];
    private readonly HashSet<string> seen = [];
    private PropertyReader[]? properties;
    private int count;
    private int sent;

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The properties to keep.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>The properties to leave out.</summary>
    [Parameter]
    public string[]? ExcludeProperty { get; set; }

    /// <summary>The property whose value is returned in place of the object.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <summary>How many to take from the start.</summary>
    [Parameter]
    public int? First { get; set; }

    /// <summary>How many to take from the end.</summary>
    [Parameter]
    public int? Last { get; set; }

    /// <summary>How many to leave out at the start.</summary>
    [Parameter]
    public int Skip { get; set; }

    /// <summary>Positions to take, from 0.</summary>
    [Parameter]
    public int[]? Index { get; set; }

    /// <summary>Only the first of equal ones.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        properties = Property is null ? ExcludeProperty is null ? null : [new PropertyReader("*")] : [.. Property.Select(p => new PropertyReader(p))];
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var position = count++;
        if (Index is not null ? !Index.Contains(position) : position < Skip)
        {
            return;
        }

        if (Last is not null)
        {
            kept.Add(InputObject);
            if (kept.Count > Last)
            {
                kept.RemoveAt(0);
            }

            return;
        }

        if (First is null || sent < First)
        {
            sent++;
            Send(InputObject);
        }

        if (First is not null && sent >= First)
        {
            HostSession.StopUpstream(this);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var value in kept)
        {
            Send(value);
        }
    }

    private void Send(PSObject? value)
    {
        object? result = value;
        if (ExpandProperty is not null)
        {
            result = value is null ? null : PropertyReader.Get(value, ExpandProperty);
            if (result is null && (value is null || (value.Properties[ExpandProperty] is null && value.BaseObject is not IDictionary)))
            {
                WriteError(new ErrorRecord(new PSArgumentException($"Property \"{ExpandProperty}\" cannot be found."), "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, value));
                return;
            }
        }
        else if (properties is not null)
        {
            var selected = new PSObject();
            foreach (var (name, item) in properties.SelectMany(p => p.Read(value)))
            {
                var excluded = ExcludeProperty?.Any(x => WildcardPattern.Get(x, WildcardOptions.IgnoreCase).IsMatch(name)) ?? false;
                if (!excluded && selected.Properties[name] is null)
                {
                    selected.Properties.Add(new PSNoteProperty(name, item));
                }
            }

            result = selected;
        }

        if (!Unique || seen.Add(KeyOf(result)))
        {
            WriteObject(result, enumerateCollection: ExpandProperty is not null);
        }
    }

    private static string KeyOf(object? value) => value is PSObject { BaseObject: PSCustomObject } custom
        ? string.Join('\0', custom.Properties.Select(p => $"{p.Name}={p.Value}"))
        : LanguagePrimitives.ConvertTo<string>(value) ?? "";
}
