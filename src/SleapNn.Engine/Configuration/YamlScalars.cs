using System.Collections.Specialized;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SleapNn.Configuration;

/// <summary>What a YAML scalar without quotes stands for, as sleap-nn's reader (OmegaConf over YAML 1.1) sees it.</summary>
internal static partial class YamlScalars
{
    /// <summary>The plain value of a YAML value: null, bool, long, double, string, list or dictionary.</summary>
    public static object? ToPlain(YamlValue value)
    {
        switch (value)
        {
            case YamlScalar scalar:
                return scalar.Plain ? Resolve(scalar.Text) : scalar.Text;
            case YamlList list:
                return list.Items.ConvertAll(ToPlain);
            default:
                var map = new OrderedDictionary();
                foreach (var (key, item) in ((YamlMap)value).Entries)
                {
                    map.Add(key.Text, ToPlain(item));
                }

                return map;
        }
    }

    /// <summary>The value of a scalar without quotes.</summary>
    public static object? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return true;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return false;
            case ".inf" or ".Inf" or ".INF" or "+.inf":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (Whole().IsMatch(text) && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return Number().IsMatch(text) && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text;
    }

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9_]*)$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?)$")]
    private static partial Regex Number();
}
