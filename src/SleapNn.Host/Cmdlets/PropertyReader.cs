using System.Collections;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>
/// A property as Select-Object and its like take it: a name (with wildcards), a script block, or a hashtable with
/// Name and Expression.
/// </summary>
internal sealed class PropertyReader
{
    private readonly string? name;
    private readonly ScriptBlock? script;

    public PropertyReader(object property)
    {
        switch (property is PSObject wrapped ? wrapped.BaseObject : property)
        {
            case ScriptBlock block:
                (Label, script) = (block.ToString().Trim(), block);
                break;
            case IDictionary table:
                object? expression = null;
                foreach (DictionaryEntry entry in table)
                {
                    var key = (entry.Key.ToString() ?? "").ToLowerInvariant();
                    switch (key)
                    {
                        case "e" or "expression":
                            expression = entry.Value is PSObject p ? p.BaseObject : entry.Value;
                            break;
                        case "n" or "name" or "l" or "label":
                            Label = entry.Value?.ToString();
                            break;
                        case "descending" or "d":
                            Descending = LanguagePrimitives.IsTrue(entry.Value);
                            break;
                        case "ascending" or "a":
                            Descending = !LanguagePrimitives.IsTrue(entry.Value);
                            break;
                        default:
                            throw new PSArgumentException($"A property hashtable has no key '{entry.Key}'; it can have Name, Expression, Descending and Ascending.");
                    }
                }

                (name, script) = (expression as string ?? (expression is null ? Label : null), expression as ScriptBlock);
                Label ??= name ?? script?.ToString().Trim();
                break;
            default:
                name = property.ToString();
                Label = name;
                break;
        }
    }

    public string? Label { get; }

    public bool? Descending { get; }

    /// <summary>The names and values that the property gives for an object; a name without wildcards always gives one.</summary>
    public IEnumerable<(string Name, object? Value)> Read(PSObject? value)
    {
        if (script is not null)
        {
            return [(Label!, Unwrap(script.InvokeWithContext(null, [new PSVariable("_", value)])))];
        }

        if (value is null || name is null)
        {
            return [(Label ?? "", null)];
        }

        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            return [(Label!, Get(value, name))];
        }

        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return value.BaseObject is IDictionary table
            ? [.. table.Keys.Cast<object>().Select(k => k.ToString()!).Where(pattern.IsMatch).Select(k => (k, table[k]))]
            : [.. value.Properties.Where(p => p.IsGettable && pattern.IsMatch(p.Name)).Select(p => (p.Name, SafeValue(p)))];
    }

    /// <summary>The value for an object, where one is enough.</summary>
    public object? Value(PSObject? value) => Read(value).Select(p => p.Value).FirstOrDefault();

    public static object? Get(PSObject value, string name)
    {
        if (value.BaseObject is IDictionary table && table.Contains(name))
        {
            return table[name];
        }

        return value.Properties[name] is { } property ? SafeValue(property) : null;
    }

    private static object? SafeValue(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static object? Unwrap(ICollection<PSObject> results) => results.Count switch
    {
        0 => null,
        1 => results.First(),
        _ => results.ToArray(),
    };
}
