using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>
/// Completes the values that the key given as -Path accepts: the allowed ones, the names of nodes and tracks from the labels at
/// hand, or else the default.
/// </summary>
public sealed class ConfigValueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return ConfigReference.Find(fakeBoundParameters["Path"]?.ToString() ?? "") is { } key
            ? Values(key, commandAst, fakeBoundParameters)
                .Where(value => value.Text.Trim('$', '\'').StartsWith(typed.TrimStart('$'), StringComparison.OrdinalIgnoreCase))
                .Select(value => new CompletionResult(value.Text, value.Text, CompletionResultType.ParameterValue, value.Meaning))
            : [];
    }

    private static IEnumerable<(string Text, string Meaning)> Values(ConfigKeyInfo key, CommandAst command, IDictionary bound)
    {
        var meaning = ConfigPathCompleter.Explain(key);
        if (key.Values.Count > 0)
        {
            return key.Values.Select(value => (value is "true" or "false" ? "$" + value : value, meaning));
        }

        var names = key.Name switch
        {
            "anchor_part" or "part_names" => LabelsAtHand.Find(command, bound).SelectMany(NodeCompleter.Names),
            "classes" => LabelsAtHand.Find(command, bound).SelectMany(TrackCompleter.Names),
            _ => [],
        };
        var found = names.Distinct().Select(name => (LabelsNameCompleter.Quoted(name.Text), name.Meaning)).ToList();
        var plain = key.Default.Length > 0 && key.Default.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_');
        return found.Count > 0 || !plain || key.IsSection ? found : [(key.Default == "null" ? "$null" : key.Default, meaning)];
    }
}
