using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Automation;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of the user's automations.</summary>
public sealed class AutomationNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        AutomationStore.Names.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, name));
}
