using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Checks a configuration.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SleapConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(ConfigFinding), typeof(bool))]
public sealed class TestSleapConfigCommand : ConfigCmdlet
{
    /// <summary>The least severe findings to output.</summary>
    [Parameter]
    public FindingSeverity Severity { get; set; } = FindingSeverity.Information;

    /// <summary>Outputs whether there is no error instead of the findings.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }


    /// <inheritdoc/>
    protected override void Process(SleapConfig config) => Write(Validate(config));

    /// <inheritdoc/>
    protected override void ProcessFile(string path) => Write(Check(path));

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
