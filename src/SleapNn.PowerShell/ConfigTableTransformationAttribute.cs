using System.Collections;
using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// Makes <see cref="ConfigTable"/>s of hashtables and of objects with properties, such as rows of Import-Csv. It does so before
/// PowerShell chooses among parameter sets, where types that fit as they are come first: a hashtable would otherwise be taken for
/// a text in the same position.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigTableTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => One(inputData) is { } table
        ? table
        : Unwrap(inputData) is IList items && items.Cast<object?>().Select(One).ToArray() is { Length: > 0 } tables && Array.TrueForAll(tables, item => item is not null)
            ? tables
            : inputData;

    private static ConfigTable? One(object? value) => Unwrap(value) switch
    {
        IDictionary values => new ConfigTable(values),
        PSCustomObject => new ConfigTable((IDictionary)PlainValues.Of(value)!),
        _ => null,
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
