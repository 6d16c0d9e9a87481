using System.Numerics;
using SleapNn.Models;

namespace SleapNn.Configuration;

/// <summary>Checks the model's section.</summary>
internal static class ModelChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        var model = config.ModelConfig;
        CheckBackbone(config, findings);
        CheckHead(config, findings);
        foreach (var correction in ConfigStrides.Find(model))
        {
            findings.Warning(correction.Path, $"The stride is given as {correction.Given}, but {correction.Needed} is used: {correction.Reason}.", $"Set it to {correction.Needed}.");
        }
    }

    private static void CheckBackbone(SleapConfig config, ConfigFindings findings)
    {
        var section = config.ModelConfig.BackboneConfig;
        if (section.GetActive() is not { } backbone)
        {
            if (!section.Extra.Values.Cast<object?>().Any(value => value is not null))
            {
                findings.Error("model_config.backbone_config", "No backbone is set.", "Set unet, convnext or swint.");
            }

            return;
        }

        var path = $"model_config.backbone_config.{section.GetActiveName()}";
        PowerOfTwo($"{path}.max_stride", backbone.MaxStride, findings);
        PowerOfTwo($"{path}.output_stride", backbone.OutputStride, findings);
        if (backbone.OutputStride > backbone.MaxStride)
        {
            findings.Error($"{path}.output_stride", $"The output stride {backbone.OutputStride} is larger than the largest stride {backbone.MaxStride}.", "Make it smaller, or max_stride larger.");
        }

        if (backbone.KernelSize % 2 == 0)
        {
            findings.Warning($"{path}.kernel_size", $"A kernel of even size ({backbone.KernelSize}) has no middle: features shift by half a pixel.", "Use an odd size such as 3.");
        }

        CheckFilters(backbone, path, findings);
        CheckChannels(config, backbone, path, findings);
        switch (backbone)
        {
            case UNetConfig unet:
                CheckUNet(unet, path, findings);
                break;
            case ConvNextConfig convnext:
                CheckArch(path, convnext.ModelType, convnext.Arch is not null, findings);
                CheckPublished(path, convnext.PreTrainedWeights, convnext.PreTrainedWeights?.Split('_')[1], convnext.ModelType, findings);
                CheckPublishedSize(path, convnext.PreTrainedWeights, "stem_patch_kernel", convnext.StemPatchKernel, 4, findings);
                PowerOfTwo($"{path}.stem_patch_stride", convnext.StemPatchStride, findings);
                if (convnext.Arch is { } sizes && (sizes.Depths.Count != 4 || sizes.Channels.Count != 4))
                {
                    findings.Error($"{path}.arch", $"The encoder has four blocks, but {sizes.Depths.Count} depths and {sizes.Channels.Count} channels are given.", "Give four of each.");
                }

                break;
            case SwinTConfig swint:
                CheckArch(path, swint.ModelType, swint.Arch is not null, findings);
                CheckPublished(path, swint.PreTrainedWeights, swint.PreTrainedWeights switch { "Swin_T_Weights" => "tiny", "Swin_S_Weights" => "small", _ => "base" }, swint.ModelType, findings);
                CheckPublishedSize(path, swint.PreTrainedWeights, "patch_size", swint.PatchSize, 4, findings);
                CheckPublishedSize(path, swint.PreTrainedWeights, "window_size", swint.WindowSize, 7, findings);
                PowerOfTwo($"{path}.stem_patch_stride", swint.StemPatchStride, findings);
                CheckSwinArch(path, swint.Arch, findings);
                break;
        }
    }

    private static void CheckUNet(UNetConfig unet, string path, ConfigFindings findings)
    {
        const string Fix = "Nothing needs to be done, unless sleap-nn is to open the model.";
        if (unet.StemStride is { } stem)
        {
            PowerOfTwo($"{path}.stem_stride", stem, findings);
            if (stem > unet.MaxStride)
            {
                findings.Error($"{path}.stem_stride", $"The stem's stride {stem} is larger than the largest stride {unet.MaxStride}.", "Make it smaller, or max_stride larger.");
            }

            findings.Information($"{path}.stem_stride", "A stem works here; sleap-nn 0.3.3 fails to build some models that have one.", Fix);
        }

        if (unet.MaxStride < 2)
        {
            findings.Error($"{path}.max_stride", "A U-Net halves its input at least once.", "Set it to 2, or better to 16 or 32.");
        }

        if (!unet.MiddleBlock)
        {
            findings.Information($"{path}.middle_block", "A U-Net without middle block works here; sleap-nn 0.3.3 fails to build it.", Fix);
        }

        if (unet.Stacks > 1)
        {
            findings.Information($"{path}.stacks", "Several stacks work here; sleap-nn 0.3.3 fails to build them.", Fix);
        }
    }

    private static void CheckFilters(IBackboneConfig backbone, string path, ConfigFindings findings)
    {
        try
        {
            if (ModelResolver.FewestChannels(backbone) < 1)
            {
                findings.Error($"{path}.filters_rate", $"The rate {backbone.FiltersRate} leaves a layer without channels.", "Make it larger, 1 or more, or start with more filters.");
            }
        }
        catch (ModelException)
        {
            // An arch that does not fit together; it has a finding of its own.
        }
    }

    private static void CheckChannels(SleapConfig config, IBackboneConfig backbone, string path, ConfigFindings findings)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        var published = backbone is ConvNextConfig { PreTrainedWeights: not null } or SwinTConfig { PreTrainedWeights: not null };
        if (published && !preprocessing.EnsureRgb)
        {
            findings.Information($"{path}.in_channels", "Published weights are for images of three channels; their first layer is summed over the channels, which gives for grey images what they give for grey in all three. sleap-nn turns the images to three channels instead.", "Nothing needs to be done.");
        }

        if (preprocessing.EnsureRgb && !preprocessing.EnsureGrayscale && backbone.InChannels != 3)
        {
            findings.Warning($"{path}.in_channels", $"Images get three channels (ensure_rgb), but in_channels is {backbone.InChannels}: 3 is used.", "Set in_channels to 3.");
        }
        else if (preprocessing.EnsureGrayscale && backbone.InChannels != 1)
        {
            findings.Warning($"{path}.in_channels", $"Images get one channel (ensure_grayscale), but in_channels is {backbone.InChannels}: 1 is used.", "Set in_channels to 1.");
        }
    }

    private static void CheckArch(string path, string modelType, bool given, ConfigFindings findings)
    {
        if (modelType == "custom" && !given)
        {
            findings.Error($"{path}.arch", "model_type is custom, but arch does not say what that is; sleap-nn silently takes the tiny one.", "Give arch, or another model_type.");
        }
        else if (modelType != "custom" && given)
        {
            findings.Warning($"{path}.arch", $"arch has no effect while model_type is {modelType}.", "Set model_type to custom, or arch to null.");
        }
    }

    private static void CheckPublished(string path, string? weights, string? size, string modelType, ConfigFindings findings)
    {
        if (weights is not null && !string.Equals(size, modelType, StringComparison.OrdinalIgnoreCase))
        {
            findings.Error($"{path}.pre_trained_weights", $"{weights} do not fit a {modelType} model.", $"Set model_type to {size!.ToLowerInvariant()}, or take other weights.");
        }
    }

    private static void CheckPublishedSize(string path, string? weights, string key, int given, int needed, ConfigFindings findings)
    {
        if (weights is not null && given != needed)
        {
            findings.Error($"{path}.{key}", $"{weights} were trained with {key} {needed}, but {given} is given: they do not fit.", $"Set it to {needed}, or pre_trained_weights to null.");
        }
    }

    private static void CheckSwinArch(string path, SwinTArchConfig? arch, ConfigFindings findings)
    {
        if (arch is null)
        {
            return;
        }

        if (arch.Depths.Count != 4 || arch.NumHeads.Count != 4)
        {
            findings.Error($"{path}.arch", $"The encoder has four blocks, but {arch.Depths.Count} depths and {arch.NumHeads.Count} numbers of heads are given.", "Give four of each.");
            return;
        }

        for (var i = 0; i < 4; i++)
        {
            var channels = (long)arch.Embed << i;
            if (arch.NumHeads[i] < 1 || channels % arch.NumHeads[i] != 0)
            {
                findings.Error($"{path}.arch.num_heads", $"Block {i + 1} has {channels} channels, which {arch.NumHeads[i]} heads can not share evenly.", "Choose numbers of heads that divide embed, 2 x embed, 4 x embed and 8 x embed.");
            }
        }
    }

    private static void CheckHead(SleapConfig config, ConfigFindings findings)
    {
        var heads = config.ModelConfig.HeadConfigs;
        if (heads.GetActiveName() is not { } name)
        {
            if (!heads.Extra.Values.Cast<object?>().Any(value => value is not null))
            {
                findings.Error("model_config.head_configs", "No head is set.", $"Set one of: {string.Join(", ", ConfigSchema.Of(typeof(HeadConfigs)).Select(key => key.Name))}.");
            }

            return;
        }

        var path = $"model_config.head_configs.{name}";
        foreach (var (layer, settings) in heads.GetActiveLayers())
        {
            PowerOfTwo($"{path}.{layer}.output_stride", settings.OutputStride, findings);
        }

        var (parts, anchor) = PartsAndAnchor(heads);
        CheckParts(config, $"{path}.confmaps", parts, anchor, name == "centroid", findings);
        CheckEdges(config, $"{path}.pafs.edges", heads.Bottomup?.Pafs.Edges, parts, findings);
        CheckClasses($"{path}.class_maps.classes", heads.MultiClassBottomup?.ClassMaps.Classes, findings);
        CheckClasses($"{path}.class_vectors.classes", heads.MultiClassTopdown?.ClassVectors.Classes, findings);
        if (heads.MultiClassTopdown is { ClassVectors.GlobalPool: false })
        {
            findings.Information($"{path}.class_vectors.global_pool", "Class vectors without global pooling work here; sleap-nn 0.3.3 fails with them.", "Nothing needs to be done, unless sleap-nn is to open the model.");
        }
    }

    private static (List<string>? Parts, string? Anchor) PartsAndAnchor(HeadConfigs heads) => heads.GetActive() switch
    {
        SingleInstanceConfig single => (single.Confmaps.PartNames, null),
        CentroidConfig centroid => (null, centroid.Confmaps.AnchorPart),
        CenteredInstanceConfig centered => (centered.Confmaps.PartNames, centered.Confmaps.AnchorPart),
        BottomupConfig bottomup => (bottomup.Confmaps.PartNames, null),
        MultiClassBottomupConfig bottomup => (bottomup.Confmaps.PartNames, null),
        MultiClassTopdownConfig topdown => (topdown.Confmaps.PartNames, topdown.Confmaps.AnchorPart),
        _ => (null, null),
    };

    private static void CheckParts(SleapConfig config, string path, List<string>? parts, string? anchor, bool isCentroid, ConfigFindings findings)
    {
        if (parts is { Count: 0 })
        {
            findings.Error($"{path}.part_names", "The list of nodes is empty, so that the model would predict nothing.", "Set it to null to use all nodes of the skeleton.");
        }

        if (parts is not null && parts.Distinct().Count() != parts.Count)
        {
            findings.Error($"{path}.part_names", "A node is listed twice.", "List each node once.");
        }

        var nodes = config.DataConfig.Skeletons is { Count: > 0 } skeletons ? skeletons[0].Nodes : null;
        if (parts is { Count: > 0 } && nodes is not null && !parts.SequenceEqual(nodes))
        {
            findings.Warning($"{path}.part_names", $"The nodes ({string.Join(", ", parts)}) are not those of the skeleton ({string.Join(", ", nodes)}) in its order; sleap-nn refuses this.", "Set it to null to use all nodes of the skeleton.");
        }

        var known = nodes ?? parts;
        if (anchor is null || known is null || known.Contains(anchor))
        {
            return;
        }

        var message = $"The anchor part '{anchor}' is not a node of the skeleton ({string.Join(", ", known)}).";
        if (isCentroid)
        {
            findings.Warning($"{path}.anchor_part", message + " The middle of the visible points is used.", "Name one of the nodes, or set it to null.");
        }
        else
        {
            findings.Error($"{path}.anchor_part", message, "Name one of the nodes, or set it to null.");
        }
    }

    private static void CheckEdges(SleapConfig config, string path, List<List<string>>? edges, List<string>? parts, ConfigFindings findings)
    {
        if (edges is null)
        {
            return;
        }

        var nodes = config.DataConfig.Skeletons is { Count: > 0 } skeletons ? skeletons[0].Nodes : parts;
        if (edges.Count == 0)
        {
            findings.Error(path, "The list of edges is empty, so that nothing joins the points of an animal.", "Set it to null to use all edges of the skeleton.");
        }

        foreach (var edge in edges)
        {
            if (edge.Count != 2)
            {
                findings.Error(path, $"An edge joins two nodes, but [{string.Join(", ", edge)}] has {edge.Count}.", "Give pairs of nodes.");
            }
            else if (nodes is not null && edge.Find(end => !nodes.Contains(end) && !(int.TryParse(end, out var index) && index >= 0 && index < nodes.Count)) is { } stranger)
            {
                findings.Error(path, $"The edge {edge[0]} to {edge[1]} names '{stranger}', which is not a node ({string.Join(", ", nodes)}).", "Name nodes of the skeleton.");
            }
        }
    }

    private static void CheckClasses(string path, List<string>? classes, ConfigFindings findings)
    {
        if (classes is { Count: 0 } || (classes is not null && classes.Distinct().Count() != classes.Count))
        {
            findings.Error(path, classes.Count == 0 ? "The list of classes is empty." : "A class is listed twice.", "List each class once, or set it to null to use the tracks of the labels file.");
        }
    }

    private static void PowerOfTwo(string path, int stride, ConfigFindings findings)
    {
        if (stride < 1 || !BitOperations.IsPow2(stride))
        {
            findings.Error(path, $"A stride is a power of two (1, 2, 4, 8, 16, 32...), but {stride} is given.", $"Set it to {BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, stride))}.");
        }
    }
}
