using System.Collections;
using System.Collections.Specialized;

namespace SleapNn.Configuration;

/// <summary>Every key of the configuration with its meaning, default and values: what the help, the guide and the completion tell.</summary>
public static class ConfigReference
{
    private static readonly Lazy<IReadOnlyList<ConfigKeyInfo>> Known = new(Read);

    /// <summary>All keys: those of a section together, then those of each section in it.</summary>
    public static IReadOnlyList<ConfigKeyInfo> Keys => Known.Value;

    /// <summary>The key at a path, or null.</summary>
    /// <param name="path">The dotted path, of YAML keys or property names.</param>
    /// <returns>The key.</returns>
    public static ConfigKeyInfo? Find(string path) =>
        Keys.FirstOrDefault(key => string.Equals(key.Path, path, StringComparison.OrdinalIgnoreCase) || string.Equals(key.PropertyPath, path, StringComparison.OrdinalIgnoreCase));

    /// <summary>The keys under a path, the key itself first.</summary>
    /// <param name="path">The dotted path as YAML spells it.</param>
    /// <returns>The keys.</returns>
    public static IEnumerable<ConfigKeyInfo> Under(string path) =>
        Keys.Where(key => key.Path == path || key.Path.StartsWith(path + ".", StringComparison.Ordinal));

    private static List<ConfigKeyInfo> Read()
    {
        var texts = ConfigTexts.Load();
        var keys = new List<ConfigKeyInfo>();
        Add(typeof(SleapConfig), "", "", texts, keys);
        return keys;
    }

    private static void Add(Type type, string path, string propertyPath, ConfigTexts texts, List<ConfigKeyInfo> keys)
    {
        var defaults = (ConfigNode)Activator.CreateInstance(type)!;
        foreach (var key in ConfigSchema.Of(type))
        {
            keys.Add(new ConfigKeyInfo
            {
                Path = path + key.Name,
                PropertyPath = propertyPath + key.PropertyName,
                Meaning = texts.Of(type, key.PropertyName),
                Takes = key.IsSection ? key.AllowsNull ? "a section, or null" : "a section" : key.Describe(),
                Values = key.Allowed.Count > 0 ? key.Allowed : key.Type == typeof(bool) ? ["true", "false"] : [],
                Default = key.IsSection && key.Get(defaults) is not null ? "" : Text(key.Get(defaults)),
                Since = key.Since,
                IsSection = key.IsSection,
            });
        }

        foreach (var key in ConfigSchema.Of(type).Where(key => key.IsSection))
        {
            Add(key.Type, $"{path}{key.Name}.", $"{propertyPath}{key.PropertyName}.", texts, keys);
        }
    }

    private static string Text(object? value) => value is IEnumerable list and not string
        ? $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]"
        : YamlWriter.Write(new OrderedDictionary { ["x"] = value })["x:".Length..].Trim();
}
