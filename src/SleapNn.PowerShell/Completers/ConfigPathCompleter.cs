using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Completes dotted paths of a configuration, in either way of writing them, and tells what the keys mean.</summary>
public sealed class ConfigPathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var cut = typed.LastIndexOf('.') + 1;
        var (section, start) = (typed[..cut], typed[cut..]);
        var asProperties = typed.Any(char.IsUpper);
        var found = Below(section, start, asProperties).ToList();
        return found.Count > 0 || typed.Length == 0 ? found : Anywhere(typed, asProperties);
    }

    private static IEnumerable<CompletionResult> Below(string section, string start, bool asProperties)
    {
        var parent = ConfigReference.Find(section.TrimEnd('.'))?.Path ?? (section.Length == 0 ? "" : null);
        foreach (var key in ConfigReference.Keys.Where(key => key.Section == parent))
        {
            var name = asProperties ? key.PropertyPath[(key.PropertyPath.LastIndexOf('.') + 1)..] : key.Name;
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                var text = section + name + (key.IsSection ? "." : "");
                yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, Explain(key));
            }
        }
    }

    // Who types 'lr' or 'unet.filters' means a key further down.
    private static IEnumerable<CompletionResult> Anywhere(string typed, bool asProperties)
    {
        foreach (var key in ConfigReference.Keys)
        {
            var path = asProperties ? key.PropertyPath : key.Path;
            var at = $".{path}".LastIndexOf($".{typed}", StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && !path[(at + typed.Length)..].Contains('.', StringComparison.Ordinal))
            {
                yield return new CompletionResult(path + (key.IsSection ? "." : ""), path, CompletionResultType.ParameterValue, Explain(key));
            }
        }
    }

    /// <summary>What a key means and takes, in a few lines.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The text.</returns>
    internal static string Explain(ConfigKeyInfo key) =>
        $"{key.Meaning}\n{key.Name} takes {key.Takes}." + (key.Default.Length > 0 ? $" Default: {key.Default}." : "");
}
