using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads configuration files.</summary>
[Cmdlet(VerbsData.Import, "SleapConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapConfig))]
public sealed class ImportSleapConfigCommand : SleapCmdlet
{
    /// <summary>The files; wildcards are allowed. A text of several lines, or of one that starts with a key and a colon, is taken for YAML.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, each taken as it is written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>YAML text; several texts are joined as the lines of one.</summary>
    [Parameter(ParameterSetName = "Yaml", Mandatory = true)]
    [AllowEmptyString]
    public string[] Yaml { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case "Yaml":
                WriteConfig(ConfigFile.Parse(string.Join('\n', Yaml)), "YAML text");
                break;
            case "Path" when Path is [var text] && IsYaml(text):
                WriteConfig(ConfigFile.Parse(text), "YAML text");
                break;
            default:
                var literal = ParameterSetName == "LiteralPath";
                foreach (var file in ResolvePaths(literal ? LiteralPath : Path, literal))
                {
                    try
                    {
                        WriteConfig(ConfigFile.Load(file), file);
                    }
                    catch (ConfigException e)
                    {
                        WriteError(e);
                    }
                }

                break;
        }
    }

    private static bool IsYaml(string text) =>
        text.Contains('\n', StringComparison.Ordinal) || ConfigPath.GetChildren("").Any(key => text.TrimStart().StartsWith(key + ":", StringComparison.Ordinal));

    private void WriteConfig(SleapConfig config, string name)
    {
        foreach (var finding in ConfigValidator.CarriedKeysOf(config))
        {
            var message = $"{name}: {finding.Message}";
            if (finding.Severity == FindingSeverity.Information)
            {
                WriteVerbose(message);
            }
            else
            {
                WriteWarning(message);
            }
        }

        WriteObject(config);
    }
}
