using System.Collections;
using System.Management.Automation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Reads labels files.</summary>
[Cmdlet(VerbsData.Import, "SleapLabels", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapLabels))]
public sealed class ImportSleapLabelsCommand : SleapCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Folders in which videos that have moved are looked for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] VideoRoot { get; set; } = [];

    /// <summary>What to put in place of the videos' paths.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable VideoMap { get; set; } = [];

    private VideoPathOptions options = new();

    /// <inheritdoc/>
    protected override void Begin() => options = new VideoPathOptions
    {
        Roots = VideoRoot.Select(ResolveOutputPath).ToList(),
        Replacements = VideoMap.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => ResolveOutputPath($"{entry.Value}")),
    };

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            CancellationToken.ThrowIfCancellationRequested();
            try
            {
                var labels = LabelsFile.Load(path, options);
                foreach (var video in labels.Videos.Where(video => !video.FileExists))
                {
                    WriteVerbose($"The video '{video.FileName}' is not there; -VideoRoot or -VideoMap say where it is now.");
                }

                WriteObject(labels);
            }
            catch (SleapException error)
            {
                WriteError(error);
            }
        }
    }
}
