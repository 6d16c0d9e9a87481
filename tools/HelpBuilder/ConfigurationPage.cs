using System.Text.RegularExpressions;

namespace SleapNn.HelpBuilder;

/// <summary>
/// The reference of the configuration: a page whose marks <c>&lt;!-- keys: section --&gt;</c> are replaced by the section's keys
/// and those of the sections in it that have no mark of their own.
/// </summary>
public static partial class ConfigurationPage
{
    /// <summary>The page that has such marks.</summary>
    public const string Name = "about_SleapNn_Configuration";

    // The first version's keys are in every file; a newer one may be unknown to an older sleap-nn.
    private const string FirstVersion = "0.0.1";
    private const int Width = 100;

    /// <summary>The page with its keys.</summary>
    /// <param name="file">The page's path, for messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="keys">All keys of the configuration.</param>
    /// <exception cref="PageException">A mark names a section that does not exist, or a section has no place on the page.</exception>
    public static IReadOnlyList<string> Expand(string file, IReadOnlyList<string> lines, IReadOnlyList<KeyText> keys)
    {
        var marks = lines.Select(line => Mark().Match(line)).Where(mark => mark.Success).Select(mark => mark.Groups[1].Value).ToList();
        var text = new List<string>();
        var written = new HashSet<KeyText>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (Mark().Match(lines[i]) is not { Success: true } mark)
            {
                text.Add(lines[i]);
                continue;
            }

            var section = mark.Groups[1].Value;
            if (!keys.Any(key => key.Section == section))
            {
                throw new PageException(file, i + 1, $"The configuration has no section '{section}'.");
            }

            AddSection(section, marks, keys, text, written);
        }

        foreach (var key in keys.Where(key => !written.Contains(key)))
        {
            throw new PageException(file, 1, $"The key '{key.Path}' has no place: add the mark '<!-- keys: {key.Section} -->'.");
        }

        return text;
    }

    /// <summary>The page as the guide <c>docs/configuration.md</c>.</summary>
    /// <param name="lines">The expanded page.</param>
    public static string ToGuide(IReadOnlyList<string> lines) => string.Join(
        "\n",
        lines.Skip(1)
            .Prepend($"<!-- Made by './build.sh Docs' from docs/en-US/{Name}.md and the documentation of the configuration's types: edit those. -->")
            .Prepend("")
            .Prepend("# Configuration: every key")) + "\n";

    private static void AddSection(string section, List<string> marks, IReadOnlyList<KeyText> keys, List<string> text, HashSet<KeyText> written)
    {
        var own = keys.Where(key => key.Section == section).ToList();
        foreach (var key in own)
        {
            text.AddRange(Item(key));
            written.Add(key);
        }

        foreach (var inner in own.Where(key => key.IsSection && !marks.Contains(key.Path)))
        {
            text.Add("");
            text.Add($"### {inner.Path}");
            text.Add("");
            AddSection(inner.Path, marks, keys, text, written);
        }
    }

    private static IEnumerable<string> Item(KeyText key)
    {
        var facts = key.IsSection && key.Default.Length == 0
            ? "Takes a section."
            : $"Takes {key.Takes}.{(key.Default.Length > 0 ? $" Default: {key.Default}." : "")}";
        var since = key.Since == FirstVersion ? "" : $" Since sleap-nn {key.Since}.";
        var line = $"- `{key.Name}`:";
        foreach (var word in $"{key.Meaning} {facts}{since}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = " ";
            }

            line += " " + word;
        }

        yield return line;
    }

    [GeneratedRegex(@"^<!-- keys: (\S*) ?-->$")]
    private static partial Regex Mark();
}
