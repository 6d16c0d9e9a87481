using System.Management.Automation;
using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.PowerShell.Commands;

/// <summary>What the cmdlets that draw poses have in common: where the labels come from and how they are drawn.</summary>
public abstract class PoseDrawingCmdlet : SleapCmdlet
{
    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapLabels? InputObject { get; set; }

    /// <summary>The labels file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string Path { get; set; } = "";

    /// <summary>The labels file, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>Where to write.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = "";

    /// <summary>Whose instances to draw.</summary>
    [Parameter]
    public InstanceKind? Kind { get; set; }

    /// <summary>Pixels of the picture per pixel of the frame.</summary>
    [Parameter]
    [ValidateRange(0.05, 32.0)]
    public double Zoom { get; set; } = 1;

    /// <summary>What the colours tell apart.</summary>
    [Parameter]
    public PoseColours Colours { get; set; }

    /// <summary>The width of the lines.</summary>
    [Parameter]
    [ValidateRange(1, 50)]
    public int LineWidthPx { get; set; } = 1;

    /// <summary>The radius of the dots.</summary>
    [Parameter]
    [ValidateRange(0.5, 100.0)]
    public double RadiusPx { get; set; } = 3;

    /// <summary>Whether to write the names of the nodes.</summary>
    [Parameter]
    public SwitchParameter ShowNodeNames { get; set; }

    /// <summary>Whether to write the scores.</summary>
    [Parameter]
    public SwitchParameter ShowScores { get; set; }

    /// <summary>Whether to leave out the names of the tracks.</summary>
    [Parameter]
    public SwitchParameter HideTrackNames { get; set; }

    /// <summary>Whether to replace files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The labels that were given.</summary>
    /// <returns>The labels.</returns>
    private protected SleapLabels ReadLabels() => ParameterSetName switch
    {
        "InputObject" => InputObject!,
        "LiteralPath" => LabelsFile.Load(ResolveExistingPath(LiteralPath, literal: true)),
        _ => LabelsFile.Load(ResolveExistingPath(Path)),
    };

    /// <summary>How to draw.</summary>
    /// <param name="labels">The labels, for the colours of their tracks.</param>
    /// <returns>The style.</returns>
    private protected PoseStyle StyleFor(SleapLabels labels) => new()
    {
        Colours = Colours,
        LineWidthPx = LineWidthPx,
        RadiusPx = RadiusPx,
        ShowNodeNames = ShowNodeNames,
        ShowScores = ShowScores,
        ShowTrackNames = !HideTrackNames,
        Tracks = [.. labels.Tracks],
    };

    /// <summary>Throws where a file would be replaced without leave.</summary>
    /// <param name="path">The file to write.</param>
    private protected void RequireFree(string path)
    {
        if (Directory.Exists(path))
        {
            throw new MediaException("MediaPathIsFolder", $"'{path}' is a folder, not a file.", path);
        }

        if (File.Exists(path) && !Force)
        {
            throw new MediaException("MediaFileExists", $"The file '{path}' exists already. Choose another, or use -Force to replace it.", path);
        }
    }
}
