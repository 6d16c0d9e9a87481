using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SleapNn.PowerShell;

/// <summary>Completes names that are in the labels which the command line is about.</summary>
/// <param name="names">The names in labels: the text to write, and what it means.</param>
public abstract class LabelsNameCompleter(Func<SleapLabels, IEnumerable<(string Text, string Meaning)>> names) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return LabelsAtHand.Find(commandAst, fakeBoundParameters)
            .SelectMany(names)
            .DistinctBy(name => name.Text)
            .Where(name => name.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(Quoted(name.Text), name.Text, CompletionResultType.ParameterValue, name.Meaning));
    }

    /// <summary>A text as an argument has to be written.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, in quotation marks where it needs them.</returns>
    internal static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.') && !text.StartsWith('-')
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
