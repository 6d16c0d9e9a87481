using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SleapNn.PowerShell;

/// <summary>Completes what the cluster has.</summary>
/// <param name="ask">Asks it for names.</param>
public abstract class ClusterNameCompleter(Func<IReadOnlyList<string>> ask) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return ask().Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, name));
    }
}
