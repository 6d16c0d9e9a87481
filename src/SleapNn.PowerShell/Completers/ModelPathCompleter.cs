using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.PowerShell.Commands;

namespace SleapNn.PowerShell;

/// <summary>Completes folders, those that hold a model before the others.</summary>
public sealed class ModelPathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return CompletionCompleters.CompleteFilename(typed)
            .Where(result => Directory.Exists(result.ToolTip) || ModelPathCmdlet.IsModel(result.ToolTip))
            .OrderBy(result => ModelPathCmdlet.IsModel(result.ToolTip) ? 0 : 1);
    }
}
