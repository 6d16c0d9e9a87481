using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Cluster;

namespace SleapNn.PowerShell;

/// <summary>Completes the ids of this user's jobs on a cluster, the newest first. Only their folders are asked.</summary>
public sealed class JobIdCompleter : IArgumentCompleter
{
    private const int Most = 50;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return JobRegistry.Folders().Take(Most)
            .Select(JobFolder.Identify)
            .OfType<(string Id, string Name, DateTime Submitted)>()
            .Where(job => job.Id.StartsWith(typed, StringComparison.Ordinal))
            .Select(job => new CompletionResult(job.Id, $"{job.Id}  {job.Name}", CompletionResultType.ParameterValue, $"{job.Name}, submitted {job.Submitted:g}"));
    }
}
