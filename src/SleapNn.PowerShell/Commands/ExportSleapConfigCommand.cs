using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Writes a configuration to a file.</summary>
[Cmdlet(VerbsData.Export, "SleapConfig", SupportsShouldProcess = true)]
[OutputType(typeof(SleapConfig))]
public sealed class ExportSleapConfigCommand : SleapCmdlet
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Replaces a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Outputs the configuration.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var target = ResolveOutputPath(Path);
        if (File.Exists(target) && !Force)
        {
            throw new ConfigException("ConfigFileExists", $"'{target}' exists already. Use -Force to replace it.", target);
        }

        if (ShouldProcess(target, "Write configuration"))
        {
            ConfigFile.Save(InputObject, target);
        }

        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }
}
