using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace SleapNn.Configuration;

/// <summary>The keys of one type of section, in the order in which they are written.</summary>
internal sealed class ConfigSchema : IReadOnlyList<ConfigKey>
{
    private static readonly ConcurrentDictionary<Type, ConfigSchema> Known = new();

    private readonly List<ConfigKey> keys;
    private readonly Dictionary<string, ConfigKey> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigKey> byProperty = new(StringComparer.Ordinal);

    private ConfigSchema(Type type)
    {
        keys = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.SetMethod!.IsPublic)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new ConfigKey(property))];
        foreach (var key in keys)
        {
            byName.Add(key.Name, key);
            byProperty.Add(key.PropertyName, key);
        }
    }

    public int Count => keys.Count;

    public ConfigKey this[int index] => keys[index];

    public static ConfigSchema Of(Type type) => Known.GetOrAdd(type, static t => new ConfigSchema(t));

    /// <summary>Every type of section that a configuration can hold, the root first.</summary>
    public static IReadOnlyList<Type> AllTypes()
    {
        var types = new List<Type> { typeof(SleapConfig) };
        for (var i = 0; i < types.Count; i++)
        {
            types.AddRange(Of(types[i])
                .Select(key => key.Type)
                .Where(type => typeof(ConfigNode).IsAssignableFrom(type) && !types.Contains(type)));
        }

        return types;
    }

    public ConfigKey? Find(string name) => byName.GetValueOrDefault(name);

    public ConfigKey ByProperty(string propertyName) => byProperty[propertyName];

    public IEnumerator<ConfigKey> GetEnumerator() => keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
