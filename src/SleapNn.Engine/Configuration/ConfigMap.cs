using System.Collections;
using System.Collections.Specialized;

namespace SleapNn.Configuration;

/// <summary>A configuration as plain dictionaries, lists and scalars.</summary>
internal static class ConfigMap
{
    /// <summary>The keys and values of a section, in the order in which they are written.</summary>
    /// <param name="node">The section.</param>
    /// <param name="forFile">Whether secrets are left out instead of masked, and keys that newer versions do not take as null.</param>
    public static OrderedDictionary Of(ConfigNode node, bool forFile = false)
    {
        var map = new OrderedDictionary();
        foreach (var key in ConfigSchema.Of(node.GetType()))
        {
            if (key.ViewOf is not null && !key.HoldsMoreThanItsView(node))
            {
                continue;
            }

            var value = key.Get(node);
            if (value is null && key.OmitNull && forFile)
            {
                continue;
            }

            map[key.Name] = value switch
            {
                ConfigNode section => Of(section, forFile),
                List<string> { Count: 1 } one when key.OneAsText => one[0],
                not null when key.Secret && forFile => "",
                _ => ConfigValue.ToPlain(value),
            };
        }

        foreach (DictionaryEntry entry in node.Extra)
        {
            map[entry.Key] = entry.Value;
        }

        return map;
    }

    /// <summary>Every value of a configuration by its dotted path; an empty or absent section is a value.</summary>
    public static OrderedDictionary Flatten(OrderedDictionary map)
    {
        var flat = new OrderedDictionary();
        Flatten(map, "", flat);
        return flat;
    }

    /// <summary>Whether two plain values are the same; a whole number equals the same floating-point number.</summary>
    public static bool AreEqual(object? a, object? b)
    {
        switch (a, b)
        {
            case (null, null):
                return true;
            case (null, _) or (_, null):
                return false;
            case (string first, string second):
                return first == second;
            case (bool first, bool second):
                return first == second;
            case (IDictionary first, IDictionary second):
                return first.Count == second.Count && first.Keys.Cast<object>().All(key => second.Contains(key) && AreEqual(first[key], second[key]));
            case (string or bool or IDictionary, _) or (_, string or bool or IDictionary):
                return false;
            case (IList first, IList second):
                return first.Count == second.Count && Enumerable.Range(0, first.Count).All(i => AreEqual(first[i], second[i]));
            case (IList, _) or (_, IList):
                return false;
            default:
                return Convert.ToDouble(a, System.Globalization.CultureInfo.InvariantCulture)
                    .Equals(Convert.ToDouble(b, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void Flatten(OrderedDictionary map, string prefix, OrderedDictionary flat)
    {
        foreach (DictionaryEntry entry in map)
        {
            var path = prefix.Length == 0 ? (string)entry.Key : $"{prefix}.{entry.Key}";
            if (entry.Value is OrderedDictionary { Count: > 0 } section)
            {
                Flatten(section, path, flat);
            }
            else
            {
                flat[path] = entry.Value;
            }
        }
    }
}
