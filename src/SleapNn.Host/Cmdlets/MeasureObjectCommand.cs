using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Numbers that describe a series.</summary>
public sealed class ObjectMeasure
{
    /// <summary>How many objects there are.</summary>
    public int Count { get; init; }

    /// <summary>The mean.</summary>
    public double? Average { get; init; }

    /// <summary>The sum.</summary>
    public double? Sum { get; init; }

    /// <summary>The largest value.</summary>
    public object? Maximum { get; init; }

    /// <summary>The smallest value.</summary>
    public object? Minimum { get; init; }

    /// <summary>The standard deviation of a sample.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>The property measured.</summary>
    public string? Property { get; init; }
}

/// <summary>Counts objects and describes their values.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object")]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly List<PSObject> items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The properties to measure; without it, the objects themselves.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Computes the mean.</summary>
    [Parameter]
    public SwitchParameter Average { get; set; }

    /// <summary>Computes the sum.</summary>
    [Parameter]
    public SwitchParameter Sum { get; set; }

    /// <summary>Finds the largest value.</summary>
    [Parameter]
    public SwitchParameter Maximum { get; set; }

    /// <summary>Finds the smallest value.</summary>
    [Parameter]
    public SwitchParameter Minimum { get; set; }

    /// <summary>Computes the standard deviation.</summary>
    [Parameter]
    public SwitchParameter StandardDeviation { get; set; }

    /// <summary>Computes everything.</summary>
    [Parameter]
    public SwitchParameter AllStats { get; set; }

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
        if (Property is null)
        {
            WriteObject(Measure(null, items));
            return;
        }

        foreach (var reader in Property.Select(p => new PropertyReader(p)))
        {
            WriteObject(Measure(reader.Label, [.. items.Select(reader.Value).Where(v => v is not null)!]));
        }
    }

    private ObjectMeasure Measure(string? property, IReadOnlyList<object> values)
    {
        var numeric = Average || Sum || StandardDeviation || AllStats;
        var numbers = numeric ? values.Select(v => LanguagePrimitives.ConvertTo<double>(v)).ToArray() : [];
        var sorted = Maximum || Minimum || AllStats ? values.Order(Comparer<object>.Create((a, b) => ObjectComparer.Compare(a, b))).ToArray() : [];
        var mean = numbers.Length > 0 ? numbers.Average() : 0;
        return new ObjectMeasure
        {
            Count = values.Count,
            Property = property,
            Average = (Average || AllStats) && numbers.Length > 0 ? mean : null,
            Sum = Sum || AllStats ? numbers.Sum() : null,
            Maximum = Maximum || AllStats ? sorted.LastOrDefault() : null,
            Minimum = Minimum || AllStats ? sorted.FirstOrDefault() : null,
            StandardDeviation = (StandardDeviation || AllStats) && numbers.Length > 1
                ? Math.Sqrt(numbers.Sum(n => (n - mean) * (n - mean)) / (numbers.Length - 1))
                : null,
        };
    }
}
