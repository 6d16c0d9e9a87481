using System.Globalization;
using System.Reflection;
using System.Text;

namespace SleapNn.Configuration;

/// <summary>One key of a section: its names, its type, and what it accepts.</summary>
internal sealed class ConfigKey
{
    private readonly PropertyInfo property;
    private readonly ConfigKeyAttribute rule;

    public ConfigKey(PropertyInfo property)
    {
        this.property = property;
        rule = property.GetCustomAttribute<ConfigKeyAttribute>() ?? new ConfigKeyAttribute();
        Name = rule.Name ?? SnakeCase(property.Name);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        AllowsNull = Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType
                && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);
    }

    /// <summary>The key as YAML spells it.</summary>
    public string Name { get; }

    public string PropertyName => property.Name;

    /// <summary>The type of its values; for a nullable number, the number's.</summary>
    public Type Type { get; }

    public bool AllowsNull { get; }

    public IReadOnlyList<string> Allowed => rule.Allowed;

    public string Since => rule.Since;

    public string? ViewOf => rule.ViewOf;

    public bool OmitNull => rule.OmitNull;

    public bool OneAsText => rule.OneAsText;

    public bool Secret => rule.Secret;

    /// <summary>Whether the value is a section of its own.</summary>
    public bool IsSection => typeof(ConfigNode).IsAssignableFrom(Type);

    public object? Get(ConfigNode node) => property.GetValue(node);

    /// <summary>The value itself, also of a key whose property shows a mask.</summary>
    public object? GetRaw(ConfigNode node) => Secret ? node.GetSecret(PropertyName) : Get(node);

    /// <summary>Whether this is another view of a newer key, and holds what that one can not express.</summary>
    public bool HoldsMoreThanItsView(ConfigNode node) =>
        ViewOf is not null && Get(node) is not null && ConfigSchema.Of(node.GetType()).Find(ViewOf)!.Get(node) is null;

    /// <summary>Sets the value, which must be of the property's type.</summary>
    public void Set(ConfigNode node, object? value)
    {
        try
        {
            property.SetValue(node, value);
        }
        catch (TargetInvocationException e) when (e.InnerException is SleapException inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
        }
    }

    /// <summary>Returns the value in its canonical form.</summary>
    /// <exception cref="ConfigException">The value is not allowed.</exception>
    public object? Check(object? value)
    {
        switch (value)
        {
            case null when !AllowsNull:
                throw Refuse("nothing");
            // PowerShell turns $null into an empty text on its way to a property.
            case "" when AllowsNull:
                return null;
            case string text when rule.Allowed.Length > 0:
                return rule.Allowed.FirstOrDefault(allowed => string.Equals(allowed, text, StringComparison.OrdinalIgnoreCase))
                    ?? throw Refuse($"'{text}'");
            case int number when !InRange(number):
                throw Refuse(number.ToString(CultureInfo.InvariantCulture));
            case double number when !InRange(number):
                throw Refuse(number.ToString("R", CultureInfo.InvariantCulture));
            case List<int> list when list.Exists(number => !InRange(number)):
                throw Refuse($"[{string.Join(", ", list)}]");
            default:
                return value;
        }
    }

    /// <summary>What the key accepts, in words that complete "takes ...".</summary>
    public string Describe()
    {
        if (rule.Allowed.Length > 0)
        {
            return $"one of {string.Join(", ", rule.Allowed)}" + (AllowsNull ? ", or null" : "");
        }

        var what = Type switch
        {
            _ when Type == typeof(bool) => "true or false",
            _ when Type == typeof(int) => "a whole number" + Range(),
            _ when Type == typeof(double) => "a number" + Range(),
            _ when Type == typeof(string) => "a text",
            _ when Type == typeof(List<string>) => "a list of texts",
            _ when Type == typeof(List<int>) => "a list of whole numbers" + Range(),
            _ when Type == typeof(List<List<string>>) => "a list of pairs of node names",
            _ when Type == typeof(List<Skeleton>) => "a list of skeletons",
            _ when IsSection => "a section with keys of its own (" + string.Join(", ", ConfigSchema.Of(Type).Select(key => key.Name)) + ")",
            _ => "a whole number, a list of device indices, or auto",
        };
        return what + (AllowsNull ? ", or null" : "");
    }

    public ConfigException Refuse(string given) =>
        new("ConfigValueNotAllowed", $"{Name} takes {Describe()}; {given} was given.", Name);

    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    private bool InRange(double number) => number >= rule.Min && number <= rule.Max && (number > rule.Above || double.IsNegativeInfinity(rule.Above))
        && double.IsFinite(number);

    private string Range()
    {
        var limits = new List<string>();
        if (!double.IsNegativeInfinity(rule.Above))
        {
            limits.Add(FormattableString.Invariant($"greater than {rule.Above}"));
        }

        if (!double.IsNegativeInfinity(rule.Min))
        {
            limits.Add(FormattableString.Invariant($"at least {rule.Min}"));
        }

        if (!double.IsPositiveInfinity(rule.Max))
        {
            limits.Add(FormattableString.Invariant($"at most {rule.Max}"));
        }

        return limits.Count == 0 ? "" : " " + string.Join(" and ", limits);
    }
}
