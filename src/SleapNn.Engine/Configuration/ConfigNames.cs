namespace SleapNn.Configuration;

/// <summary>Finds what somebody who wrote an unknown key may have meant.</summary>
internal static class ConfigNames
{
    private static readonly Lazy<IReadOnlyList<string>> AllPaths = new(() => [.. PathsUnder(typeof(SleapConfig), "")]);

    /// <summary>The message for a key that no version knows.</summary>
    public static string Unknown(Type section, string path, string key)
    {
        var where = path.Length == 0 ? "at the top of a configuration" : $"in {path}";
        return $"there is no key '{key}' {where}. {Suggestion(section, key)}";
    }

    private static string Suggestion(Type section, string key)
    {
        var here = ConfigSchema.Of(section).Select(item => item.Name).ToList();
        if (Nearest(here, key) is { } near)
        {
            return $"Did you mean '{near}'?";
        }

        var name = ConfigKey.SnakeCase(key);
        var elsewhere = AllPaths.Value.Where(path => path == name || path.EndsWith("." + name, StringComparison.Ordinal)).Take(3).ToList();
        return elsewhere.Count > 0
            ? $"It belongs in another section: {string.Join(" or ", elsewhere)}."
            : $"Its keys are: {string.Join(", ", here)}.";
    }

    /// <summary>The name that is nearest to the given one, if any is near.</summary>
    public static string? Nearest(IEnumerable<string> names, string given)
    {
        var wanted = ConfigKey.SnakeCase(given.Replace('-', '_'));
        var best = names.Select(name => (Name: name, Distance: Distance(name, wanted))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Min(3, wanted.Length / 3)) ? best.Name : null;
    }

    /// <summary>The number of letters to insert, delete, replace or swap with a neighbour to get from one text to the other.</summary>
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }

    private static IEnumerable<string> PathsUnder(Type section, string prefix)
    {
        foreach (var key in ConfigSchema.Of(section))
        {
            yield return prefix + key.Name;
            if (key.IsSection)
            {
                foreach (var path in PathsUnder(key.Type, prefix + key.Name + "."))
                {
                    yield return path;
                }
            }
        }
    }
}
