using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Completes the values that the key given as -Path accepts.</summary>
public sealed class ConfigValueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var path = fakeBoundParameters["Path"]?.ToString() ?? "";
        return ConfigPath.GetAllowedValues(path)
            .Select(value => value is "true" or "false" ? "$" + value : value)
            .Where(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(value => new CompletionResult(value, value, CompletionResultType.ParameterValue, value));
    }
}
