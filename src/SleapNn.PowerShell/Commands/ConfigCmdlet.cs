using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>A cmdlet that takes configurations, as objects or as files.</summary>
public abstract class ConfigCmdlet : SleapCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Configuration files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Configuration files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process()
    {
        if (ParameterSetName == "InputObject")
        {
            Process(InputObject);
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            ProcessFile(path);
        }
    }

    /// <summary>Does the work for one configuration.</summary>
    /// <param name="config">The configuration; it stays the caller's.</param>
    protected abstract void Process(SleapConfig config);

    /// <summary>Does the work for one file. A file that fails is an error of its own, and the others go on.</summary>
    /// <param name="path">The full path.</param>
    protected virtual void ProcessFile(string path)
    {
        try
        {
            Process(ConfigFile.Load(path));
        }
        catch (SleapException e)
        {
            WriteError(e);
        }
    }
}
