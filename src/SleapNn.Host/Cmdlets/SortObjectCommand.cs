using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Sorts objects; equal ones keep their order.</summary>
[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to sort by.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>From high to low.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>Only the first of equal ones.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

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
        var keyed = items.Select(i => (Item: i, Keys: readers is null ? [i] : readers.Select(r => r.Value(i)).ToArray()));
        var comparer = Comparer<object?[]>.Create((a, b) => Compare(a, b, readers));
        object?[]? last = null;
        foreach (var (item, keys) in keyed.OrderBy(k => k.Keys, comparer))
        {
            if (!Unique || last is null || comparer.Compare(last, keys) != 0)
            {
                WriteObject(item);
            }

            last = keys;
        }
    }

    private int Compare(object?[] a, object?[] b, PropertyReader[]? readers)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var order = ObjectComparer.Compare(a[i], b[i], !CaseSensitive);
            if (order != 0)
            {
                return readers?[i].Descending ?? Descending ? -order : order;
            }
        }

        return 0;
    }
}
