using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Converts configuration files of SLEAP 1.x.</summary>
[Cmdlet(VerbsData.Convert, "SleapLegacyConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapConfig))]
public sealed class ConvertSleapLegacyConfigCommand : SleapCmdlet
{
    /// <summary>The training_config.json files; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, each taken as it is written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var file in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                var notes = new List<ConfigFinding>();
                var config = LegacyConfig.Load(file, notes);
                foreach (var note in notes)
                {
                    WriteWarning($"{file}: {note.Path}: {note.Message}");
                }

                WriteObject(config);
            }
            catch (ConfigException e)
            {
                WriteError(e);
            }
        }
    }
}
