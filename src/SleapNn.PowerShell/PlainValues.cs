using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>Takes the wrappers of PowerShell off values.</summary>
internal static class PlainValues
{
    private const int MaxDepth = 50;

    /// <summary>The value without wrappers, in lists and dictionaries too.</summary>
    public static object? Of(object? value) => Of(value, 0);

    private static object? Of(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ConfigException("ConfigValueNotAllowed", $"The value is nested more than {MaxDepth} deep.");
        }

        switch (value)
        {
            case PSObject { BaseObject: PSCustomObject } custom:
                var members = new OrderedDictionary();
                foreach (var property in custom.Properties)
                {
                    members[property.Name] = Of(property.Value, depth + 1);
                }

                return members;
            case PSObject wrapped:
                return Of(wrapped.BaseObject, depth);
            case IDictionary dictionary:
                var copy = new OrderedDictionary();
                foreach (DictionaryEntry entry in dictionary)
                {
                    copy[entry.Key.ToString()!] = Of(entry.Value, depth + 1);
                }

                return copy;
            case object[] array:
                return array.Select(item => Of(item, depth + 1)).ToList();
            default:
                return value;
        }
    }
}
