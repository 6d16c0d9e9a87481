using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads configuration files.</summary>
[Cmdlet(VerbsData.Import, "SleapConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapConfig))]
public sealed class ImportSleapConfigCommand : SleapCmdlet
{
    // Lines of YAML, as Get-Content and Show-SleapConfig give them.
    private readonly List<string> lines = [];

    /// <summary>
    /// The files; wildcards are allowed. A text of several lines is taken for YAML; a line that starts with a key and a colon for
    /// the first of such, and what follows in the pipeline for the others.
    /// </summary>
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
            case "Path" when Path is [var text] && text.Contains('\n', StringComparison.Ordinal):
                WriteConfig(ConfigFile.Parse(text), "YAML text");
                break;
            case "Path" when Path is [var line] && (lines.Count > 0 || StartsYaml(line)):
                lines.Add(line);
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

    /// <inheritdoc/>
    protected override void End()
    {
        if (lines.Count > 0)
        {
            WriteConfig(ConfigFile.Parse(string.Join('\n', lines)), "YAML text");
        }
    }

    private static bool StartsYaml(string line) =>
        line == "---" || line.StartsWith("# ", StringComparison.Ordinal) || ConfigPath.GetChildren("").Any(key => line.TrimStart().StartsWith(key + ":", StringComparison.Ordinal));

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
