using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Configuration;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell;

/// <summary>
/// The labels that a command line is about, for completion: a variable that holds labels, a configuration or a path, or a
/// path as it is written, among the arguments or earlier in the pipeline.
/// </summary>
internal static class LabelsAtHand
{
    /// <summary>The labels, with or without their frames; none where nothing leads to any.</summary>
    /// <param name="command">The command that is being completed.</param>
    /// <param name="bound">The values of its parameters that are known so far.</param>
    public static IEnumerable<SleapLabels> Find(CommandAst command, IDictionary bound)
    {
        var session = new Session();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return bound.Values.Cast<object?>().Concat(Written(command, session))
            .SelectMany(value => From(value, session, seen));
    }

    private static IEnumerable<object?> Written(CommandAst command, Session session)
    {
        var elements = command.Parent is PipelineAst pipeline ? pipeline.PipelineElements.TakeWhile(element => element != command).Append(command) : [command];
        foreach (var part in elements.Reverse().SelectMany(element => element.FindAll(ast => ast is ExpressionAst, searchNestedScriptBlocks: false)))
        {
            switch (part)
            {
                case VariableExpressionAst variable:
                    yield return session.Variable(variable.VariablePath.UserPath);
                    break;
                case StringConstantExpressionAst text:
                    yield return text.Value;
                    break;
                case ExpandableStringExpressionAst text:
                    yield return text.Value;
                    break;
            }
        }
    }

    private static IEnumerable<SleapLabels> From(object? value, Session session, HashSet<string> seen)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case SleapLabels labels:
                return [labels];
            case SleapConfig config:
                return config.DataConfig.TrainLabelsPath.SelectMany(path => From(path, session, seen));
            case FileSystemInfo file:
                return From(file.FullName, session, seen);
            case string path when path.EndsWith(".slp", StringComparison.OrdinalIgnoreCase) && session.FullPath(path) is { } full && seen.Add(full):
                return Read(full);
            case IEnumerable list and not string and not IDictionary:
                return list.Cast<object?>().Take(16).SelectMany(item => From(item, session, seen));
            case DemoDataset data:
                return From(data.TrainPath, session, seen);
            default:
                return [];
        }
    }

    private static IEnumerable<SleapLabels> Read(string path)
    {
        try
        {
            return [LabelsFile.LoadHeader(path)];
        }
        catch (SleapException)
        {
            // Completion has nothing to say of a file that cannot be read; the command will.
            return [];
        }
    }

    /// <summary>The session that asks for completion.</summary>
    private sealed class Session
    {
        private readonly SessionState? state;

        public Session()
        {
            using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
            state = (shell.AddScript("$ExecutionContext.SessionState").Invoke().FirstOrDefault())?.BaseObject as SessionState;
        }

        public object? Variable(string name) => state?.PSVariable.GetValue(name);

        public string? FullPath(string path)
        {
            try
            {
                var full = state?.Path.GetUnresolvedProviderPathFromPSPath(path);
                return File.Exists(full) ? full : null;
            }
            catch (Exception e) when (e is System.Management.Automation.RuntimeException or NotSupportedException or ArgumentException)
            {
                return null;
            }
        }
    }
}
