using System.Collections;

namespace SleapNn.Configuration;

/// <summary>Gets and sets values of a configuration by dotted path, such as <c>trainer_config.max_epochs</c> or <c>TrainerConfig.MaxEpochs</c>.</summary>
public static class ConfigPath
{
    /// <summary>The value at a path.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The dotted path, of YAML keys or property names.</param>
    /// <returns>The value; null also where a section on the way is not set.</returns>
    /// <exception cref="ConfigException">There is no such key.</exception>
    public static object? Get(SleapConfig config, string path)
    {
        ConfigNode? node = config;
        var type = typeof(SleapConfig);
        var keys = Resolve(path);
        foreach (var key in keys.SkipLast(1))
        {
            node = node is null ? null : (ConfigNode?)key.Get(node);
            type = key.Type;
        }

        return node is null ? null : keys[^1].Get(node);
    }

    /// <summary>Sets the value at a path; sections on the way that are not set are made.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The dotted path, of YAML keys or property names.</param>
    /// <param name="value">The value; for a section, a dictionary of its keys, which leaves the others as they are.</param>
    /// <exception cref="ConfigException">There is no such key, or it does not take the value.</exception>
    public static void Set(SleapConfig config, string path, object? value)
    {
        ConfigNode node = config;
        var keys = Resolve(path);
        foreach (var key in keys.SkipLast(1))
        {
            node = Section(node, key);
        }

        SetKey(node, keys[^1], value, string.Join(".", keys.Select(key => key.Name)));
    }

    /// <summary>Sets several values; keys are dotted paths, and the values of sections are dictionaries of the same kind.</summary>
    /// <param name="config">The configuration; it is changed only if all values are accepted.</param>
    /// <param name="values">The values by path.</param>
    /// <exception cref="ConfigException">There is no such key, or it does not take the value.</exception>
    public static void SetAll(SleapConfig config, IDictionary values)
    {
        Apply(config.DeepCopy(), values, "");
        Apply(config, values, "");
    }

    /// <summary>The keys that can follow a path, as YAML spells them.</summary>
    /// <param name="path">The dotted path of a section; empty for the top.</param>
    /// <returns>The keys; none where the path does not lead to a section.</returns>
    public static IReadOnlyList<string> GetChildren(string path) => [.. Children(path).Select(key => key.Name)];

    /// <summary>A path as YAML spells it.</summary>
    /// <exception cref="ConfigException">There is no such key.</exception>
    internal static string Canonical(string path) => string.Join(".", Resolve(path).Select(key => key.Name));

    /// <summary>The error for a path that leads to no key.</summary>
    internal static ConfigException Unknown(string path)
    {
        try
        {
            Resolve(path);
        }
        catch (ConfigException e)
        {
            return e;
        }

        throw new ArgumentException($"There is a key '{path}'.", nameof(path));
    }

    /// <summary>The keys that can follow a path.</summary>
    internal static IReadOnlyList<ConfigKey> Children(string path)
    {
        var type = typeof(SleapConfig);
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Find(type, part) is not { IsSection: true } key)
            {
                return [];
            }

            type = key.Type;
        }

        return ConfigSchema.Of(type);
    }

    /// <summary>The texts that are accepted at a path.</summary>
    /// <param name="path">The dotted path of a key.</param>
    /// <returns>The texts; none where the path leads to no key or any value of the right type is accepted.</returns>
    public static IReadOnlyList<string> GetAllowedValues(string path)
    {
        try
        {
            var key = Resolve(path)[^1];
            return key.Allowed.Count > 0 ? key.Allowed : key.Type == typeof(bool) ? ["true", "false"] : [];
        }
        catch (ConfigException)
        {
            return [];
        }
    }

    /// <summary>What a key accepts, in words; null where the path leads to no key.</summary>
    internal static string? Describe(string path)
    {
        try
        {
            return Resolve(path)[^1].Describe();
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static void Apply(ConfigNode node, IDictionary values, string path)
    {
        foreach (DictionaryEntry entry in values)
        {
            var target = node;
            var keys = Resolve(entry.Key?.ToString() ?? "", node.GetType(), path);
            foreach (var key in keys.SkipLast(1))
            {
                target = Section(target, key);
            }

            var full = string.Join(".", keys.Select(key => key.Name));
            SetKey(target, keys[^1], entry.Value, path.Length == 0 ? full : $"{path}.{full}");
        }
    }

    private static void SetKey(ConfigNode node, ConfigKey key, object? value, string path)
    {
        if (key.IsSection && value is IDictionary values)
        {
            Apply(Section(node, key), values, path);
            return;
        }

        try
        {
            var converted = ConfigValue.Convert(key, value);
            if (converted is null && key.IsSection && !key.AllowsNull)
            {
                throw key.Refuse("nothing");
            }

            key.Set(node, converted is ConfigNode section ? section.CopyNode() : converted);
        }
        catch (ConfigException e)
        {
            throw new ConfigException(e.ErrorId, e.Message.StartsWith(key.Name, StringComparison.Ordinal) ? path + e.Message[key.Name.Length..] : e.Message, path, e);
        }
    }

    private static ConfigNode Section(ConfigNode node, ConfigKey key)
    {
        if (key.Get(node) is ConfigNode section)
        {
            return section;
        }

        section = (ConfigNode)Activator.CreateInstance(key.Type)!;
        key.Set(node, section);
        return section;
    }

    private static List<ConfigKey> Resolve(string path) => Resolve(path, typeof(SleapConfig), "");

    private static List<ConfigKey> Resolve(string path, Type type, string prefix)
    {
        var keys = new List<ConfigKey>();
        foreach (var part in path.Split('.'))
        {
            var at = string.Join(".", keys.Select(key => key.Name).Prepend(prefix).Where(text => text.Length > 0));
            if (keys.Count > 0 && !keys[^1].IsSection)
            {
                throw new ConfigException("ConfigKeyUnknown", $"{at} has no keys of its own: it takes {keys[^1].Describe()}.", path);
            }

            var found = Find(type, part) ?? throw new ConfigException("ConfigKeyUnknown", Capital(ConfigNames.Unknown(type, at, part)), path);
            keys.Add(found);
            type = found.Type;
        }

        return keys;
    }

    private static ConfigKey? Find(Type type, string name) =>
        ConfigSchema.Of(type).FirstOrDefault(key =>
            string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(key.PropertyName, name, StringComparison.OrdinalIgnoreCase));

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
