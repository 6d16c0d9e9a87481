using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SleapNn.Sweeps;

/// <summary>Names of runs that say in what they differ, such as <c>filters=16_lr=0.001</c>: they are names of folders on every system.</summary>
internal static class RunNames
{
    // Windows allows 260 characters for a whole path.
    private const int LongestName = 100;
    private const int HashLength = 8;

    /// <summary>The name for a table of values by path.</summary>
    public static string Of(OrderedDictionary values)
    {
        var leaves = new List<(string Path, object? Value)>();
        Collect("", values, leaves);
        var keys = Keys([.. leaves.Select(leaf => leaf.Path)]);
        var name = string.Join('_', leaves.Select((leaf, i) => $"{keys[i]}={Text(leaf.Value)}"));
        if (name.Length <= LongestName)
        {
            return name;
        }

        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength].ToLowerInvariant();
        return $"{name[..(LongestName - HashLength - 1)].TrimEnd('.', ' ')}_{hash}";
    }

    /// <summary>The shortest ends of paths that tell them apart.</summary>
    /// <param name="paths">Dotted paths, all different.</param>
    /// <returns>Their ends, in the same order.</returns>
    public static IReadOnlyList<string> Keys(IReadOnlyList<string> paths) => [.. paths.Select(path => Enumerable
        .Range(1, path.Count(c => c == '.') + 1)
        .Select(parts => End(path, parts))
        .First(end => end == path || paths.Count(other => other == end || other.EndsWith("." + end, StringComparison.Ordinal)) == 1))];

    /// <summary>A value as a name or a legend shows it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => Clean(text),
        double or float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("G6", CultureInfo.InvariantCulture),
        IEnumerable list => string.Join('+', list.Cast<object?>().Select(Text)),
        _ => Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static string End(string path, int parts) => string.Join('.', path.Split('.').TakeLast(parts));

    private static void Collect(string prefix, IDictionary values, List<(string Path, object? Value)> leaves)
    {
        foreach (DictionaryEntry entry in values)
        {
            var path = prefix.Length == 0 ? entry.Key.ToString()! : $"{prefix}.{entry.Key}";
            if (entry.Value is IDictionary { Count: > 0 } section)
            {
                Collect(path, section, leaves);
            }
            else
            {
                leaves.Add((path, entry.Value is IDictionary ? "default" : entry.Value));
            }
        }
    }

    // Files are named without their folder; square brackets would be wildcards.
    private static string Clean(string text)
    {
        var last = text.TrimEnd('/', '\\').Split('/', '\\')[^1];
        return string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' || (c > 127 && char.IsLetterOrDigit(c)) ? c : '-'));
    }
}
