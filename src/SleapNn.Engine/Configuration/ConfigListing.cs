using System.Collections;
using System.Collections.Specialized;

namespace SleapNn.Configuration;

/// <summary>A configuration as lines of YAML, of which each knows whether its value is the default.</summary>
public static class ConfigListing
{
    private const int LongestDefault = 40;

    /// <summary>The lines of a configuration. A backbone, a head or a section that is set is compared with the defaults of its kind.</summary>
    /// <param name="config">The configuration. Its API key is left out.</param>
    /// <param name="changedOnly">Whether to leave out what has its default.</param>
    /// <returns>The lines, together YAML that can be read again.</returns>
    public static IReadOnlyList<ConfigLine> Of(SleapConfig config, bool changedOnly = false)
    {
        var lines = new List<ConfigLine>();
        Section(ConfigMap.Of(config, forFile: true), ConfigMap.Of(DefaultsOf(config), forFile: true), "", config.Choices.GroupBy(choice => choice.Key).ToDictionary(group => group.Key, group => group.Last().Reason), 0, changedOnly, lines);
        return lines;
    }

    private static ConfigNode DefaultsOf(ConfigNode node)
    {
        var defaults = (ConfigNode)Activator.CreateInstance(node.GetType())!;
        foreach (var key in ConfigSchema.Of(node.GetType()))
        {
            if (key.IsSection && key.Get(node) is ConfigNode section)
            {
                key.Set(defaults, DefaultsOf(section));
            }
        }

        return defaults;
    }

    private static void Section(
        OrderedDictionary map, OrderedDictionary defaults, string path, Dictionary<string, string> reasons, int indent, bool changedOnly, List<ConfigLine> lines)
    {
        foreach (DictionaryEntry entry in map)
        {
            var key = (string)entry.Key;
            var reason = reasons.GetValueOrDefault(path + key);
            if (entry.Value is OrderedDictionary { Count: > 0 } section)
            {
                var inside = new List<ConfigLine>();
                Section(section, defaults[key] as OrderedDictionary ?? [], $"{path}{key}.", reasons, indent + 2, changedOnly, inside);
                if (inside.Count > 0 || !changedOnly)
                {
                    lines.Add(new ConfigLine(indent, key, "", null, reason));
                    lines.AddRange(inside);
                }

                continue;
            }

            var isDefault = ConfigMap.AreEqual(entry.Value, defaults[key]);
            if (isDefault && changedOnly && reason is null)
            {
                continue;
            }

            var text = YamlWriter.Write(new OrderedDictionary { [key] = entry.Value }).TrimEnd('\n').Split('\n');
            lines.Add(new ConfigLine(indent, key, text[0][(text[0].IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart(), isDefault ? null : Short(key, defaults[key]), reason));
            lines.AddRange(text.Skip(1).Select(line => new ConfigLine(indent, null, line, isDefault ? null : "")));
        }
    }

    private static string Short(string key, object? value)
    {
        var text = YamlWriter.Write(new OrderedDictionary { [key] = value }).TrimEnd('\n');
        text = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return text.Contains('\n', StringComparison.Ordinal) || text.Length > LongestDefault ? "..." : text;
    }
}
