using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Completes dotted paths of a configuration, in either way of writing them.</summary>
public sealed class ConfigPathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var cut = typed.LastIndexOf('.') + 1;
        var (section, start) = (typed[..cut], typed[cut..]);
        var asProperties = typed.Any(char.IsUpper);
        foreach (var key in ConfigPath.Children(section.TrimEnd('.')))
        {
            var name = asProperties ? key.PropertyName : key.Name;
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                var text = section + name + (key.IsSection ? "." : "");
                yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, $"{name} takes {key.Describe()}");
            }
        }
    }
}
