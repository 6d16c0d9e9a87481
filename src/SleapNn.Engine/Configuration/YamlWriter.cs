using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SleapNn.Configuration;

/// <summary>Writes plain values as YAML that every YAML 1.1 and 1.2 reader reads alike.</summary>
internal static partial class YamlWriter
{
    /// <summary>The text of a mapping.</summary>
    public static string Write(IDictionary map)
    {
        var text = new StringBuilder();
        WriteMap(text, map, 0, atStart: true);
        return text.ToString();
    }

    private static void WriteMap(StringBuilder text, IDictionary map, int indent, bool atStart)
    {
        foreach (DictionaryEntry entry in map)
        {
            if (!atStart)
            {
                text.Append(' ', indent);
            }

            atStart = false;
            text.Append(Scalar(entry.Key.ToString())).Append(':');
            WriteValue(text, entry.Value, indent);
        }
    }

    private static void WriteValue(StringBuilder text, object? value, int indent)
    {
        switch (value)
        {
            case IDictionary { Count: > 0 } map:
                text.Append('\n');
                WriteMap(text, map, indent + 2, atStart: false);
                break;
            case IDictionary:
                text.Append(" {}\n");
                break;
            case IList { Count: > 0 } list:
                text.Append('\n');
                WriteList(text, list, indent, atStart: false);
                break;
            case IList:
                text.Append(" []\n");
                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void WriteList(StringBuilder text, IList list, int indent, bool atStart)
    {
        foreach (var item in list)
        {
            if (!atStart)
            {
                text.Append(' ', indent);
            }

            atStart = false;
            text.Append('-');
            switch (item)
            {
                case IDictionary { Count: > 0 } map:
                    text.Append(' ');
                    WriteMap(text, map, indent + 2, atStart: true);
                    break;
                case IList { Count: > 0 } inner:
                    text.Append(' ');
                    WriteList(text, inner, indent + 2, atStart: true);
                    break;
                default:
                    WriteValue(text, item, indent);
                    break;
            }
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        double number => Number(number),
        string text => Text(text),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    // YAML 1.1 takes an exponent for a number only after a point: 1.0e-06, not 1e-06.
    private static string Number(double number)
    {
        if (double.IsNaN(number))
        {
            return ".nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? ".inf" : "-.inf";
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        var mantissa = text[..exponent];
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0") + "e" + text[(exponent + 1)..];
    }

    private static string Text(string text)
    {
        if (Safe().IsMatch(text) && YamlScalars.Resolve(text) is string && !LooksLikeOtherNumber().IsMatch(text))
        {
            return text;
        }

        if (!text.Any(char.IsControl))
        {
            return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        }

        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./][A-Za-z0-9_./+-]*( [A-Za-z0-9_./+-]+)*$")]
    private static partial Regex Safe();

    // Hexadecimal, octal, base 60, dates, single letters that mean yes or no: read differently from reader to reader.
    [GeneratedRegex(@"^[-+.]?[0-9]|^[yYnN]$|^[.](inf|nan)", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeOtherNumber();
}
