using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Checks a configuration.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SleapConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(ConfigFinding), typeof(bool))]
public sealed class TestSleapConfigCommand : SleapCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Configuration files; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Configuration files, each taken as it is written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The least severe findings to output.</summary>
    [Parameter]
    public FindingSeverity Severity { get; set; } = FindingSeverity.Information;

    /// <summary>Outputs whether there is no error instead of the findings.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == "InputObject")
        {
            Write(Validate(InputObject));
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var file in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            Write(Check(file));
        }
    }

    private IReadOnlyList<ConfigFinding> Check(string file)
    {
        try
        {
            return Validate(ConfigFile.Load(file));
        }
        catch (ConfigException e)
        {
            // What keeps a file from being read at all is a finding like the others.
            return [new ConfigFinding(e.Target as string ?? file, FindingSeverity.Error, e.Message, "Correct the file.")];
        }
    }

    private IReadOnlyList<ConfigFinding> Validate(SleapConfig config) =>
        ConfigValidator.Validate(config, SessionState.Path.CurrentFileSystemLocation.ProviderPath);

    private void Write(IReadOnlyList<ConfigFinding> findings)
    {
        if (Quiet)
        {
            WriteObject(!findings.Any(finding => finding.Severity == FindingSeverity.Error));
        }
        else
        {
            WriteObject(findings.Where(finding => finding.Severity >= Severity), enumerateCollection: true);
        }
    }
}
