using SleapNn.Configuration;
using SleapNn.Media;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using SleapNn.Targets;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>
/// One model whose maps are to be seen, before peaks are found in them. Models that work on crops see crops around the
/// animals that they are given.
/// </summary>
public sealed class NetworkView : IDisposable
{
    private readonly ModelStage stage;
    private readonly bool ofCrops;
    private readonly (int Height, int Width) cropPx;
    private readonly string? anchorPart;

    private NetworkView(ModelStage stage, PredictionOptions options)
    {
        this.stage = stage;
        var heads = stage.Config.ModelConfig.HeadConfigs;
        var onCrops = (IHeadLayerConfig?)heads.CenteredInstance?.Confmaps ?? heads.MultiClassTopdown?.Confmaps;
        ofCrops = onCrops is not null;
        anchorPart = heads.CenteredInstance?.Confmaps?.AnchorPart ?? heads.MultiClassTopdown?.Confmaps?.AnchorPart;
        if (heads.Centroid is null)
        {
            var skeleton = ModelSkeleton.Of(stage.Config);
            Nodes = skeleton.Nodes;
            Edges = heads.Bottomup?.Pafs?.Edges is { } named
                ? [.. named.Select(edge => $"{edge[0]} - {edge[1]}")]
                : [.. skeleton.Edges.Select(edge => $"{skeleton.Nodes[edge.Source]} - {skeleton.Nodes[edge.Destination]}")];
        }
        else
        {
            (Nodes, Edges) = ([heads.Centroid.Confmaps?.AnchorPart ?? "centroid"], []);
        }

        if (ofCrops)
        {
            var preprocessing = stage.Config.DataConfig.Preprocessing;
            cropPx = (options.CropSizePx ?? preprocessing.CropSize, preprocessing.CropHw) switch
            {
                ({ } side, _) => (side, side),
                (_, [var height, var width]) => (height, width),
                _ => throw new PredictionException("CropSizeMissing", "The model works on crops, but its training_config.yaml has no crop_size."),
            };
        }
    }

    /// <summary>What the confidence maps are of: the names of nodes, or the centroid.</summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>What the part affinity fields are of: the edges, by the names of their nodes.</summary>
    public IReadOnlyList<string> Edges { get; }

    /// <summary>What the class maps are of: the identities; empty for models without class maps.</summary>
    public IReadOnlyList<string> Classes => stage.Config.ModelConfig.HeadConfigs.MultiClassBottomup?.ClassMaps.Classes ?? [];

    /// <summary>Whether the model has class maps.</summary>
    public bool HasClassMaps => stage.Config.ModelConfig.HeadConfigs.MultiClassBottomup is not null;

    /// <summary>Whether the model has part affinity fields.</summary>
    public bool HasFields => stage.Config.ModelConfig.HeadConfigs.Bottomup is not null;

    /// <summary>Whether the model finds the middles of animals rather than nodes.</summary>
    public bool IsCentroid => stage.Config.ModelConfig.HeadConfigs.Centroid is not null;

    /// <summary>Loads a model.</summary>
    /// <param name="modelPath">A model folder, or a file in it.</param>
    /// <param name="options">Where it computes, and what differs from its own preprocessing.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelException">The model cannot be read.</exception>
    /// <exception cref="PredictionException">It works on crops of unknown size (CropSizeMissing).</exception>
    public static NetworkView Load(string modelPath, PredictionOptions options)
    {
        var device = Devices.Resolve(options.Device);
        var folder = ModelFolder.Load(modelPath, device);
        try
        {
            return new NetworkView(new ModelStage(folder, device, options), options);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Looks at a model that is loaded already, such as one that is being trained.</summary>
    /// <param name="stage">The model, which the view owns from then on.</param>
    /// <param name="options">What differs from its own preprocessing.</param>
    /// <returns>The view.</returns>
    /// <exception cref="PredictionException">It works on crops of unknown size (CropSizeMissing).</exception>
    public static NetworkView Of(ModelStage stage, PredictionOptions options) => new(stage, options);

    /// <summary>Runs the model on a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="instances">The animals around which a model for crops looks; not used by others.</param>
    /// <returns>The model's maps, in pixels of the frame.</returns>
    public NetworkLook Look(ImageFrame frame, IReadOnlyList<PoseInstance> instances)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var image = ImageOps.ToTensor(frame);
        return ofCrops ? LookAtCrops(image, instances) : LookAtWhole(image);
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();

    private NetworkLook LookAtWhole(Tensor image)
    {
        var input = stage.Prepare(image);
        var outputs = stage.Forward(input.Image);
        var maps = outputs.First(output => output.Key.EndsWith("ConfmapsHead", StringComparison.Ordinal)).Value;
        IReadOnlyList<NetworkMaps> fields = outputs.TryGetValue("PartAffinityFieldsHead", out var found) ? [MapsOf(found, 0, input, 1, 0, 0, Edges)] : [];
        IReadOnlyList<NetworkMaps> classes = outputs.TryGetValue("ClassMapsHead", out var identities) ? [MapsOf(identities, 0, input, 1, 0, 0, Classes)] : [];
        return new NetworkLook([MapsOf(maps, 0, input, 1, 0, 0, Nodes)], fields, []) { Classes = classes };
    }

    private NetworkLook LookAtCrops(Tensor image, IReadOnlyList<PoseInstance> instances)
    {
        var (matched, scale) = stage.Match(image);
        var centroids = instances.Select(CentroidOf).Where(at => !float.IsNaN(at.X)).ToList();
        if (centroids.Count == 0)
        {
            return new NetworkLook([], [], []);
        }

        var at = tensor(centroids.SelectMany(point => new[] { point.X * (float)scale, point.Y * (float)scale }).ToArray()).reshape(-1, 2);
        var (crops, corners) = Crops.AtCentroids(matched, at, [.. centroids.Select(_ => 0)], cropPx.Height, cropPx.Width, stage.Crops);
        var corner = TensorValues.Of<float>(corners);
        var input = stage.Scale(crops);
        var maps = stage.Forward(input.Image).First(output => output.Key.EndsWith("ConfmapsHead", StringComparison.Ordinal)).Value;
        return new NetworkLook(
            [.. centroids.Select((_, i) => MapsOf(maps, i, input, scale, corner[2 * i] / scale, corner[(2 * i) + 1] / scale, Nodes))],
            [],
            [.. centroids.Select((_, i) => (corner[2 * i] / scale, corner[(2 * i) + 1] / scale, crops.shape[3] / scale, crops.shape[2] / scale))]);
    }

    private (float X, float Y) CentroidOf(PoseInstance instance) => Centroids.Of(
        [.. instance.Points.SelectMany(point => point.Visible ? new[] { (float)point.X, (float)point.Y } : [float.NaN, float.NaN])],
        anchorPart is null ? -1 : instance.Skeleton.IndexOf(anchorPart));

    // The stride follows from the sizes: every head covers the whole input.
    private static NetworkMaps MapsOf(MapStack maps, int index, StageInput input, double matchScale, double leftPx, double topPx, IReadOnlyList<string> names)
    {
        var stride = (int)(input.Image.shape[2] / maps.Height);
        return new NetworkMaps(maps.Sample(index).ToArray(), maps.Height, maps.Width, input.ToFrame(1, stride) / matchScale, leftPx, topPx, names);
    }
}
