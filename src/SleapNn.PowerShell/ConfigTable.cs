using System.Collections;
using System.Collections.Specialized;

namespace SleapNn.PowerShell;

/// <summary>
/// A table of values by path of a configuration: what a hashtable becomes as an argument. PowerShell completes the keys of a
/// hashtable from the members of the parameter's type, and ConfigTable.types.ps1xml gives this type one member for each path.
/// </summary>
public sealed class ConfigTable : OrderedDictionary
{
    /// <summary>Makes an empty table. Without this constructor PowerShell completes nothing.</summary>
    public ConfigTable()
    {
    }

    /// <summary>Makes a table of what another one holds.</summary>
    /// <param name="values">The values by path; its order is kept, and known to be meant or not.</param>
    public ConfigTable(IDictionary values)
    {
        foreach (DictionaryEntry entry in values)
        {
            this[entry.Key] = entry.Value;
        }

        IsOrdered = values is ConfigTable table ? table.IsOrdered : values is IOrderedDictionary;
    }

    /// <summary>Whether the user gave the keys an order.</summary>
    public bool IsOrdered { get; }
}
