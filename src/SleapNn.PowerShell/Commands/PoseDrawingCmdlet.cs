using System.Management.Automation;
using SleapNn.Inference;
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

    /// <summary>The model whose maps are laid over the frames.</summary>
    [Parameter]
    [Alias("ModelPath")]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string? Model { get; set; }

    /// <summary>Which of the model's outputs.</summary>
    [Parameter]
    public MapOverlay Overlay { get; set; } = MapOverlay.ConfidenceMaps;

    /// <summary>Only the confidence map of one node.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string? Node { get; set; }

    /// <summary>The opacity of the confidence maps.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Opacity { get; set; } = 0.8;

    /// <summary>Where the model computes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

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
        // Over a network's maps, whose colours are nodes, poses in colours of their own would mislead.
        Colours = Model is not null && Colours == PoseColours.Auto ? PoseColours.Node : Colours,
        LineWidthPx = LineWidthPx,
        RadiusPx = RadiusPx,
        ShowNodeNames = ShowNodeNames,
        ShowScores = ShowScores,
        ShowTrackNames = !HideTrackNames,
        Tracks = [.. labels.Tracks],
    };

    /// <summary>The model that was asked for, on the thread that draws.</summary>
    /// <param name="path">Its resolved path, or null where none was asked for.</param>
    /// <returns>The model, which the caller disposes, and how its maps are drawn; or nulls.</returns>
    private protected (NetworkView? Network, MapDrawing? Maps) OpenModel(string? path)
    {
        if (path is null)
        {
            return (null, null);
        }

        var network = NetworkView.Load(path, new PredictionOptions { Device = Device });
        try
        {
            return (network, new MapDrawing(network, Overlay, Node, Opacity));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The path of the model that was asked for, or null.</summary>
    /// <exception cref="MediaException">What belongs to a model was asked for without one (MediaNoModel).</exception>
    private protected string? ResolveModel()
    {
        if (Model is not null)
        {
            return ResolveExistingPath(Model);
        }

        var idle = new[] { nameof(Overlay), nameof(Node), nameof(Opacity), nameof(Device) }.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey);
        return idle is null ? null : throw new MediaException("MediaNoModel", $"-{idle} is about a model's maps: also give the model with -Model.", idle);
    }

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
