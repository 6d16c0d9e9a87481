using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>The -Path and -LiteralPath that the cmdlets for items share.</summary>
public abstract class PathCommandBase : PSCmdlet
{
    /// <summary>Paths, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[]? Path { get; set; }

    /// <summary>Paths, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Whether wildcards count.</summary>
    protected bool IsLiteral => LiteralPath is not null;

    /// <summary>The given paths, or the current location.</summary>
    protected IReadOnlyList<string> Given => LiteralPath ?? Path ?? ["."];

    /// <summary>Runs an action for each given path; one that fails becomes an error and the others go on.</summary>
    /// <param name="action">Takes one path.</param>
    protected void ForEachPath(Action<string> action)
    {
        foreach (var path in Given)
        {
            try
            {
                action(path);
            }
            catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or IOException or UnauthorizedAccessException or PSInvalidOperationException or PSArgumentException)
            {
                var category = e is ItemNotFoundException or FileNotFoundException or DirectoryNotFoundException or System.Management.Automation.DriveNotFoundException
                    ? ErrorCategory.ObjectNotFound
                    : ErrorCategory.NotSpecified;
                WriteError(new ErrorRecord(e, category == ErrorCategory.ObjectNotFound ? "PathNotFound" : e.GetType().Name, category, path));
            }
        }
    }
}
