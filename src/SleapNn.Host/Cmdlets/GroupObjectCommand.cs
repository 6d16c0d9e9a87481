using System.Collections;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>A group of equal objects.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Name">What they have in common, as text.</param>
/// <param name="Group">The objects.</param>
/// <param name="Values">What they have in common.</param>
public sealed record ObjectGroup(int Count, string Name, IReadOnlyList<PSObject> Group, IReadOnlyList<object?> Values);

/// <summary>Groups objects by properties.</summary>
[Cmdlet(VerbsData.Group, "Object")]
public sealed class GroupObjectCommand : PSCmdlet
{
    private readonly List<PSObject> items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to group by.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Returns a hashtable from name to objects.</summary>
    [Parameter]
    public SwitchParameter AsHashTable { get; set; }

    /// <summary>The hashtable's keys are text.</summary>
    [Parameter]
    public SwitchParameter AsString { get; set; }

    /// <summary>Returns only counts and names.</summary>
    [Parameter]
    public SwitchParameter NoElement { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            items.Add(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var readers = Property?.Select(p => new PropertyReader(p)).ToArray();
        var groups = items
            .Select(i => (Item: i, Keys: readers is null ? [i] : readers.Select(r => r.Value(i)).ToArray()))
            .Select(k => (k.Item, k.Keys, Name: string.Join(", ", k.Keys.Select(v => LanguagePrimitives.ConvertTo<string>(v)))))
            .GroupBy(k => k.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (AsHashTable)
        {
            var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
            foreach (var group in groups)
            {
                var key = group.First().Keys[0] is PSObject wrapped ? wrapped.BaseObject : group.First().Keys[0];
                table[AsString || key is null || group.First().Keys.Length > 1 ? group.Key : key] = group.Select(g => g.Item).ToArray();
            }

            WriteObject(table);
            return;
        }

        foreach (var group in groups.OrderBy(g => g.First().Keys[0], Comparer<object?>.Create((a, b) => ObjectComparer.Compare(a, b))))
        {
            PSObject[] members = NoElement ? [] : [.. group.Select(g => g.Item)];
            WriteObject(new ObjectGroup(group.Count(), group.Key, members, group.First().Keys));
        }
    }
}
