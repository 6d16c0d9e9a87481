using System.Collections.Specialized;
using System.Runtime.CompilerServices;

namespace SleapNn.Configuration;

/// <summary>A section of a configuration: its public properties are its YAML keys.</summary>
/// <remarks>A property checks a value as it is set and throws <see cref="ConfigException"/> for one that is not allowed.</remarks>
public abstract class ConfigNode : ICloneable
{
    private ConfigNode? owner;
    private string? place;

    /// <summary>Makes a section.</summary>
    protected ConfigNode()
    {
        // The properties of the derived class have their first values by now.
        foreach (var key in ConfigSchema.Of(GetType()).Where(key => key.IsSection))
        {
            (key.Get(this) as ConfigNode)?.BelongTo(this, key.PropertyName);
        }
    }

    /// <summary>Keys of newer sleap-nn versions that have no effect here, as read: null, bool, long, double, string, list or dictionary.</summary>
    internal OrderedDictionary Extra { get; } = [];

    /// <summary>The names of the section's keys as YAML spells them, in the order in which they are written.</summary>
    /// <returns>The names.</returns>
    public IReadOnlyList<string> GetKeyNames() => [.. ConfigSchema.Of(GetType()).Select(key => key.Name)];

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key as YAML spells it.</param>
    /// <returns>The value, or null.</returns>
    /// <exception cref="ConfigException">The section has no such key.</exception>
    public object? GetValue(string key) => Key(key).Get(this);

    /// <summary>Sets a key without rounding a number or taking a text for true: what the prompt's own conversions would do.</summary>
    /// <param name="key">The key as YAML spells it.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ConfigException">The section has no such key, or it does not take the value.</exception>
    public void SetValue(string key, object? value)
    {
        var known = Key(key);
        known.Set(this, ConfigValue.Convert(known, value));
    }

    /// <summary>A copy that shares nothing with this section, also for PowerShell's own way of copying.</summary>
    /// <returns>A section of the same type.</returns>
    public object Clone() => CopyNode();

    /// <summary>The keys that have a value, on one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var parts = ConfigSchema.Of(GetType())
            .Where(key => key.ViewOf is null)
            .Select(key => (key.Name, Value: key.Get(this)))
            .Where(pair => pair.Value is not null)
            .Select(pair => pair.Value is ConfigNode ? pair.Name : $"{pair.Name}: {ConfigValue.Show(pair.Value)}");
        var text = string.Join(", ", parts);
        return text.Length <= 120 ? $"{{{text}}}" : $"{{{text[..117]}...}}";
    }

    /// <summary>A copy that shares nothing with this section.</summary>
    /// <returns>A section of the same type.</returns>
    internal ConfigNode CopyNode()
    {
        var copy = (ConfigNode)Activator.CreateInstance(GetType())!;
        foreach (var key in ConfigSchema.Of(GetType()))
        {
            if (key.ViewOf is null)
            {
                key.Set(copy, Copy(key.GetRaw(this)));
            }
        }

        foreach (var key in ConfigSchema.Of(GetType()).Where(key => key.HoldsMoreThanItsView(this)))
        {
            key.Set(copy, Copy(key.Get(this)));
        }

        foreach (System.Collections.DictionaryEntry entry in Extra)
        {
            copy.Extra[entry.Key] = Copy(entry.Value);
        }

        return copy;
    }

    /// <summary>The value of a secret key, which the property itself masks.</summary>
    internal virtual object? GetSecret(string propertyName) => null;

    /// <summary>Checks a value against the property's rules and returns it in its canonical form.</summary>
    /// <remarks>A section that is part of something already, and a list, is copied: no two configurations share anything.</remarks>
    /// <exception cref="ConfigException">The value is not allowed.</exception>
    private protected T Checked<T>(T value, [CallerMemberName] string propertyName = "") =>
        (T)(ConfigSchema.Of(GetType()).ByProperty(propertyName).Check(value) switch
        {
            ConfigNode node => Own(node, propertyName),
            List<string> or List<int> or List<List<string>> => Copy(value)!,
            var other => other!,
        });

    /// <summary>Sets the other sections of this one to null when one is given, since only one of them may be set.</summary>
    private protected T? Sole<T>(T? value, [CallerMemberName] string propertyName = "")
        where T : ConfigNode
    {
        if (value is not null)
        {
            foreach (var key in ConfigSchema.Of(GetType()))
            {
                if (key.PropertyName != propertyName && typeof(ConfigNode).IsAssignableFrom(key.Type))
                {
                    key.Set(this, null);
                }
            }
        }

        return value is null ? null : (T)Own(value, propertyName);
    }

    private ConfigNode Own(ConfigNode node, string propertyName)
    {
        var own = node.owner is null || (node.owner == this && node.place == propertyName) ? node : node.CopyNode();
        own.BelongTo(this, propertyName);
        return own;
    }

    private void BelongTo(ConfigNode section, string propertyName) => (owner, place) = (section, propertyName);

    private ConfigKey Key(string name) => ConfigSchema.Of(GetType()).Find(name)
        ?? throw new ConfigException("ConfigKeyUnknown", $"There is no key '{name}' here; the keys are: {string.Join(", ", GetKeyNames())}.", name);

    private static object? Copy(object? value) => value switch
    {
        null => null,
        ConfigNode node => node.CopyNode(),
        Skeleton skeleton => CopySkeleton(skeleton),
        List<string> list => new List<string>(list),
        List<int> list => new List<int>(list),
        List<List<string>> list => list.ConvertAll(item => new List<string>(item)),
        List<Skeleton> list => list.ConvertAll(CopySkeleton),
        List<object?> list => list.ConvertAll(Copy),
        OrderedDictionary dictionary => CopyDictionary(dictionary),
        _ => value,
    };

    private static OrderedDictionary CopyDictionary(OrderedDictionary dictionary)
    {
        var copy = new OrderedDictionary();
        foreach (System.Collections.DictionaryEntry entry in dictionary)
        {
            copy[entry.Key] = Copy(entry.Value);
        }

        return copy;
    }

    private static Skeleton CopySkeleton(Skeleton skeleton)
    {
        var copy = new Skeleton { Name = skeleton.Name };
        copy.Nodes.AddRange(skeleton.Nodes);
        copy.Edges.AddRange(skeleton.Edges);
        copy.Symmetries.AddRange(skeleton.Symmetries);
        return copy;
    }
}
