using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;

namespace SleapNn.Training;

/// <summary>Fills in what a configuration leaves to the data, as sleap-nn does before it writes <c>training_config.yaml</c>.</summary>
public static class TrainingPreparation
{
    private const int MostNamed = 5;

    /// <summary>Makes a complete configuration.</summary>
    /// <param name="config">The configuration; it is not changed.</param>
    /// <param name="data">The labels.</param>
    /// <param name="sizeOf">The height, width and channels of a video's frames.</param>
    /// <returns>A copy with sizes, skeleton, part names, edges, classes and input channels filled in.</returns>
    /// <exception cref="TrainingException">Names in the configuration are not those of the labels.</exception>
    /// <exception cref="MediaException">A video is not there.</exception>
    public static SleapConfig FillIn(SleapConfig config, TrainingData data, Func<SleapVideo, (int HeightPx, int WidthPx, int Channels)> sizeOf)
    {
        var filled = config.DeepCopy();
        var backbone = filled.ModelConfig.BackboneConfig.GetActive()
            ?? throw new TrainingException("TrainingNoBackbone", "The configuration has no backbone. Set one of model_config.backbone_config: unet, convnext or swint.");
        RequireVideos(data);
        var sizes = data.Split.Train.Select(f => f.Frame.Video).Distinct().Select(sizeOf).ToList();
        var valSizes = data.Split.Val.Select(f => f.Frame.Video).Distinct().Select(sizeOf).ToList();
        var preprocessing = filled.DataConfig.Preprocessing;
        preprocessing.MaxHeight ??= sizes.Max(s => s.HeightPx);
        preprocessing.MaxWidth ??= sizes.Max(s => s.WidthPx);

        backbone.InChannels = preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : sizes[0].Channels;
        if ((AreMixed(sizes) || AreMixed(valSizes)) && !preprocessing.EnsureRgb && !preprocessing.EnsureGrayscale)
        {
            throw new TrainingException("TrainingMixedChannels", "Some videos are grey and others RGB. Set data_config.preprocessing.ensure_rgb or ensure_grayscale, so that the model sees one kind.");
        }

        filled.DataConfig.Skeletons = [data.Skeleton];
        FillInHeads(filled.ModelConfig.HeadConfigs, data);
        FillInStrides(filled.ModelConfig, backbone);
        if (ModelKinds.Of(filled.ModelConfig.HeadConfigs).UsesCrops() && preprocessing.CropHw is null)
        {
            preprocessing.CropSize = CropSize.For(LargestPx(data, preprocessing, sizeOf), filled.DataConfig, backbone.MaxStride);
        }

        return filled;

        static bool AreMixed(List<(int HeightPx, int WidthPx, int Channels)> videos) => videos.Exists(v => v.Channels != videos[0].Channels);
    }

    // All at once: whoever has moved a folder would otherwise learn of one video after the other, and of the last ones when the
    // first epoch is over.
    private static void RequireVideos(TrainingData data)
    {
        var missing = data.Split.Train.Concat(data.Split.Val).GroupBy(f => f.Frame.Video).Where(group => !IsThere(group.Key)).ToList();
        if (missing.Count > 1)
        {
            var names = missing.Take(MostNamed).Select(group => $"'{group.Key}' ({group.Count()} labelled frames)");
            throw new MediaException(
                "MediaNotFound",
                $"The labels refer to {missing.Count} videos that are not there: {string.Join(", ", names)}{(missing.Count > MostNamed ? ", ..." : "")}. Where they have moved, map the old folder to the new one with Import-SleapLabels -VideoMap and save the labels, or use labels files with embedded frames (.pkg.slp).",
                missing[0].Key);
        }

        static bool IsThere(SleapVideo video) =>
            video.ImageFileNames.Count > 0 ? video.ImageFileNames.TrueForAll(File.Exists) : File.Exists(video.FileName) || Directory.Exists(video.FileName);
    }

    /// <summary>The longer side of the largest animal, as crops are cut: from frames that were matched in size. Points outside of a frame are slips of labelling.</summary>
    internal static double LargestPx(TrainingData data, PreprocessingConfig preprocessing, Func<SleapVideo, (int HeightPx, int WidthPx, int Channels)> sizeOf) =>
        data.Split.Train.GroupBy(f => f.Frame.Video).Max(group =>
        {
            var (height, width, _) = sizeOf(group.Key);
            return CropSize.LargestPx(group.SelectMany(f => f.Instances), height, width)
                * ImageOps.MatchingScale(height, width, preprocessing.MaxHeight!.Value, preprocessing.MaxWidth!.Value);
        });

    private static void FillInHeads(HeadConfigs heads, TrainingData data)
    {
        var nodes = data.Skeleton.Nodes;
        if (heads.SingleInstance?.Confmaps is { } single)
        {
            single.PartNames = [.. nodes];
        }

        if (heads.Centroid?.Confmaps is { } centroid)
        {
            CheckAnchor(centroid.AnchorPart, nodes);
        }

        foreach (var crop in new[] { heads.CenteredInstance?.Confmaps, heads.MultiClassTopdown?.Confmaps })
        {
            if (crop is not null)
            {
                crop.PartNames = [.. nodes];
                CheckAnchor(crop.AnchorPart, nodes);
            }
        }

        foreach (var maps in new[] { heads.Bottomup?.Confmaps, heads.MultiClassBottomup?.Confmaps })
        {
            if (maps is not null)
            {
                maps.PartNames = [.. nodes];
            }
        }

        if (heads.Bottomup?.Pafs is { } pafs)
        {
            pafs.Edges ??= data.Skeleton.Edges.ConvertAll(edge => new List<string> { nodes[edge.Source], nodes[edge.Destination] });
            pafs.Edges = pafs.Edges.ConvertAll(edge => edge.ConvertAll(end => NodeName(end, nodes)));
            CheckEdges(pafs.Edges, nodes);
        }

        if (heads.MultiClassBottomup?.ClassMaps is { } classMaps)
        {
            classMaps.Classes = Classes(classMaps.Classes, data);
        }

        if (heads.MultiClassTopdown?.ClassVectors is { } classVectors)
        {
            classVectors.Classes = Classes(classVectors.Classes, data);
        }
    }

    // The heads decide at which strides the backbone must have features; class vectors come from its coarsest ones.
    private static void FillInStrides(ModelConfig model, IBackboneConfig backbone)
    {
        var vectors = model.HeadConfigs.MultiClassTopdown?.ClassVectors;
        var strides = model.HeadConfigs.GetActiveLayers().Select(layer => layer.Value).Where(layer => layer != vectors).Select(layer => layer.OutputStride).ToList();
        backbone.OutputStride = strides.Min();
        if (backbone is UNetConfig)
        {
            backbone.MaxStride = Math.Max(backbone.MaxStride, strides.Max());
        }
        else if (backbone is ConvNextConfig convNext)
        {
            backbone.MaxStride = ConvNextBackbone.MaxStrideOf(convNext);
        }
        else if (backbone is SwinTConfig swin)
        {
            backbone.MaxStride = SwinTBackbone.MaxStrideOf(swin);
        }

        if (vectors is not null)
        {
            vectors.OutputStride = backbone.MaxStride;
        }
    }

    private static void CheckAnchor(string? anchor, List<string> nodes)
    {
        if (anchor is not null && !nodes.Contains(anchor))
        {
            throw new TrainingException(
                "TrainingAnchorPart",
                $"anchor_part '{anchor}' is not one of the nodes that the model learns. Use one of {string.Join(", ", nodes)}, or null for the middle of the bounding box.",
                anchor);
        }
    }

    // The guide gives an edge as two indices.
    private static string NodeName(string end, List<string> nodes) =>
        !nodes.Contains(end) && int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < nodes.Count ? nodes[index] : end;

    private static void CheckEdges(List<List<string>> edges, List<string> nodes)
    {
        if (edges.Count == 0)
        {
            throw new TrainingException("TrainingNoEdges", $"No edge joins two of the nodes that the model learns ({string.Join(", ", nodes)}), and a bottomup model needs edges to tell animals apart. Add edges in SLEAP, list more nodes in part_names, or train centroid and centered_instance models.");
        }

        foreach (var edge in edges.Where(e => e.Count != 2 || e[0] == e[1] || !nodes.Contains(e[0]) || !nodes.Contains(e[1])))
        {
            throw new TrainingException(
                "TrainingEdges",
                $"The edge ({string.Join(", ", edge)}) must name two nodes of the labels' skeleton: {string.Join(", ", nodes)}. Set pafs.edges to null to take them from there.");
        }
    }

    private static List<string> Classes(List<string>? given, TrainingData data)
    {
        var tracks = data.Train.SelectMany(l => l.Tracks).Select(t => t.Name).Distinct().ToList();
        var names = given is { Count: > 0 } ? given : tracks;
        if (names.Count == 0)
        {
            throw new TrainingException("TrainingNoClasses", "The labels have no tracks, and a model of identities learns tracks as its classes. Assign tracks in SLEAP, or set the head's classes.");
        }

        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new TrainingException("TrainingClasses", $"The head's classes list '{twice.Key}' {twice.Count()} times. List each class once, or set classes to null to take the tracks of the labels.", twice.Key);
        }

        return data.Split.Train.Any(frame => frame.Instances.Any(instance => names.Contains(instance.Track?.Name!)))
            ? names
            : throw new TrainingException(
                "TrainingNoClasses",
                $"No animal to train on is of one of the classes ({string.Join(", ", names)}), so the model could not learn to tell them apart. The tracks of the labels are: {(tracks.Count > 0 ? string.Join(", ", tracks) : "none")}. Assign tracks to the labelled animals in SLEAP, or correct the head's classes, or set them to null to take the tracks.");
    }
}
