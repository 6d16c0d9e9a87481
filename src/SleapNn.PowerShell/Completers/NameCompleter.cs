using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SleapNn.PowerShell;

/// <summary>Completes names of a fixed list.</summary>
/// <param name="names">The names.</param>
public abstract class NameCompleter(IReadOnlyList<string> names) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return names.Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, name));
    }
}
