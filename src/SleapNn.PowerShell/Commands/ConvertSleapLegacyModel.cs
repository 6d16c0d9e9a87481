using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.Models;

namespace SleapNn.PowerShell.Commands;

/// <summary>Converts trained models of SLEAP 1.x.</summary>
[Cmdlet(VerbsData.Convert, "SleapLegacyModel", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ConvertedModel))]
public sealed class ConvertSleapLegacyModel : SleapCmdlet
{
    /// <summary>The models' folders, or a file in each; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The models, each path taken as it is written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder in which the new model folders are made.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = null!;

    /// <summary>Replace models that are there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        var output = ResolveOutputPath(OutputPath);
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            var folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(path)!;
            var target = System.IO.Path.Combine(output, System.IO.Path.GetFileName(folder.TrimEnd('/', '\\')));
            if (!ShouldProcess(target, "Convert the model"))
            {
                continue;
            }

            try
            {
                var notes = new List<ConfigFinding>();
                var converted = LegacyModelConverter.Convert(path, target, Force, notes);
                foreach (var note in notes)
                {
                    WriteWarning($"{path}: {note.Path}: {note.Message}");
                }

                if (!converted.SameInSleapNn)
                {
                    WriteWarning($"{path}: sleap-nn puts the output of transposed convolutions elsewhere than SLEAP did, so it computes something else with this model. This module computes what SLEAP computed.");
                }

                WriteObject(converted);
            }
            catch (SleapException error)
            {
                WriteError(error);
            }
        }
    }
}
