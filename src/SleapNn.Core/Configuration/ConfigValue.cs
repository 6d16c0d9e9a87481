using System.Collections;
using System.Collections.Specialized;
using System.Globalization;

namespace SleapNn.Configuration;

/// <summary>Turns plain values (null, bool, numbers, texts, lists, dictionaries) into those of a key's type, and back.</summary>
internal static class ConfigValue
{
    /// <summary>Converts a plain value to the key's type; nothing is rounded, and no text but a number's becomes a number.</summary>
    /// <exception cref="ConfigException">The value is not of the type.</exception>
    public static object? Convert(ConfigKey key, object? value)
    {
        if (value is null)
        {
            return key.AllowsNull || key.IsSection ? null : throw key.Refuse("nothing");
        }

        if (key.Type.IsInstanceOfType(value))
        {
            return value;
        }

        object? converted = key.Type switch
        {
            var type when type == typeof(bool) => ToBool(value),
            var type when type == typeof(int) => ToInt(value),
            var type when type == typeof(double) => ToDouble(value),
            var type when type == typeof(string) => ToText(value),
            var type when type == typeof(List<string>) => ToList(value, ToText, single: true),
            var type when type == typeof(List<int>) => ToList(value, item => ToInt(item), single: false),
            var type when type == typeof(List<List<string>>) => ToPairs(value),
            var type when type == typeof(List<Skeleton>) => ConfigSkeletons.Read(value),
            _ => null,
        };

        // The one floating-point number that newer versions allow to be a list, of one learning rate for each group of weights: there is one group.
        if (converted is null && key.Type == typeof(double) && value is IList { Count: 1 } list)
        {
            converted = ToDouble(list[0]);
        }

        return converted ?? throw key.Refuse(Show(value));
    }

    /// <summary>The plain form of a value: what is written to a file or compared.</summary>
    public static object? ToPlain(object? value) => value switch
    {
        List<string> list => list.ConvertAll(item => (object?)item),
        List<int> list => list.ConvertAll(item => (object?)item),
        List<List<string>> list => list.ConvertAll(item => (object?)item.ConvertAll(text => (object?)text)),
        List<Skeleton> list => ConfigSkeletons.Write(list),
        _ => value,
    };

    /// <summary>A value as a message shows it.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IDictionary dictionary => "{" + string.Join(", ", dictionary.Keys.Cast<object>().Select(name => $"{name}: {Show(dictionary[name])}")) + "}",
        Skeleton skeleton => skeleton.ToString(),
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Show)) + "]",
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static object? ToBool(object? value) => value switch
    {
        bool flag => flag,
        string text => text.Trim().ToLowerInvariant() switch
        {
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => null,
        },
        _ => null,
    };

    private static object? ToInt(object? value) => value switch
    {
        bool or null => null,
        string text => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        double or float or decimal => System.Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number
            && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null,
        sbyte or byte or short or ushort or int or uint or long => System.Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number
            && number is >= int.MinValue and <= int.MaxValue ? (int)number : null,
        ulong number => number <= int.MaxValue ? (int)number : null,
        _ => null,
    };

    private static object? ToDouble(object? value) => value switch
    {
        bool or null => null,
        string text => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        sbyte or byte or short or ushort or int or uint or long or ulong or float or decimal => System.Convert.ToDouble(value, CultureInfo.InvariantCulture),
        double number => number,
        _ => null,
    };

    private static string? ToText(object? value) => value switch
    {
        string text => text,
        Enum named => named.ToString(),
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => System.Convert.ToString(value, CultureInfo.InvariantCulture),
        FileSystemInfo file => file.FullName,
        _ => null,
    };

    private static List<T>? ToList<T>(object value, Func<object?, object?> convert, bool single)
    {
        if (value is string or not IEnumerable or IDictionary)
        {
            return single && convert(value) is T one ? [one] : null;
        }

        var list = new List<T>();
        foreach (var item in (IEnumerable)value)
        {
            if (convert(item) is not T converted)
            {
                return null;
            }

            list.Add(converted);
        }

        return list;
    }

    private static List<string>? ToList(object value, Func<object?, string?> convert, bool single) => ToList<string>(value, convert, single);

    private static List<int>? ToList(object value, Func<object?, object?> convert, bool single) => ToList<int>(value, convert, single);

    private static List<List<string>>? ToPairs(object value)
    {
        if (value is string or not IEnumerable or IDictionary)
        {
            return null;
        }

        var pairs = new List<List<string>>();
        foreach (var item in (IEnumerable)value)
        {
            if (item is null || ToList<string>(item, ToText, single: false) is not { Count: 2 } pair)
            {
                return null;
            }

            pairs.Add(pair);
        }

        return pairs;
    }
}
