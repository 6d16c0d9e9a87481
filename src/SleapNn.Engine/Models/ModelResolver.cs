using SleapNn.Configuration;

namespace SleapNn.Models;

/// <summary>Completes a model's config from labels, and brings its strides into line with each other, as sleap-nn does.</summary>
public static class ModelResolver
{
    /// <summary>
    /// Fills in part names, edges and classes that the config leaves to the labels; sets the backbone's output stride to
    /// the finest of the heads, its maximum stride to one that all heads reach, and the stride of class vectors to the
    /// maximum stride.
    /// </summary>
    /// <param name="config">The config; it is left as it is.</param>
    /// <param name="skeleton">Where part names and edges come from; null where the config has them.</param>
    /// <param name="classes">Where classes come from: the names of the tracks; null where the config has them.</param>
    /// <returns>A completed copy.</returns>
    /// <exception cref="ModelException">The config lacks a backbone or a head, or something that the labels do not give.</exception>
    public static ModelConfig Resolve(ModelConfig config, Skeleton? skeleton = null, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var resolved = (ModelConfig)config.CopyNode();
        var backbone = resolved.BackboneConfig.GetActive() ?? throw Invalid("it has no backbone; set one of unet, convnext, swint");
        FillIn(resolved.HeadConfigs, skeleton, classes);
        ResolveStrides(backbone, resolved.HeadConfigs);
        return resolved;
    }

    /// <summary>Refuses a config whose model cannot be built, saying why.</summary>
    internal static void RequireBuildable(ModelConfig config)
    {
        var backbone = config.BackboneConfig.GetActive() ?? throw Invalid("it has no backbone; set one of unet, convnext, swint");
        RequirePowerOfTwo(backbone.MaxStride, "max_stride");
        RequirePowerOfTwo(backbone.OutputStride, "output_stride");
        if (backbone.OutputStride > backbone.MaxStride)
        {
            throw Invalid($"output_stride {backbone.OutputStride} is above max_stride {backbone.MaxStride}");
        }

        if (backbone.InChannels is not (1 or 3))
        {
            throw Invalid($"in_channels is {backbone.InChannels}; images have 1 channel (grey) or 3 (RGB)");
        }

        switch (backbone)
        {
            case UNetConfig unet:
                RequirePowerOfTwo(unet.StemStride ?? 1, "stem_stride");
                if (unet.StemStride > unet.MaxStride)
                {
                    throw Invalid($"stem_stride {unet.StemStride} is above max_stride {unet.MaxStride}");
                }

                if (unet.MaxStride < 2)
                {
                    throw Invalid("max_stride is 1; a U-Net halves its input at least once");
                }

                break;
            case ConvNextConfig convnext:
                RequirePowerOfTwo(convnext.StemPatchStride, "stem_patch_stride");
                break;
            case SwinTConfig swint:
                RequirePowerOfTwo(swint.StemPatchStride, "stem_patch_stride");
                break;
        }

        if (FewestChannels(backbone) < 1)
        {
            throw Invalid($"filters_rate {backbone.FiltersRate} leaves a layer without channels");
        }

        foreach (var (name, layer) in config.HeadConfigs.GetActiveLayers())
        {
            RequirePowerOfTwo(layer.OutputStride, $"{name}.output_stride");
        }
    }

    /// <summary>The channels of the layer that has fewest of them, going by <c>filters_rate</c>.</summary>
    internal static int FewestChannels(IBackboneConfig backbone)
    {
        switch (backbone)
        {
            case UNetConfig unet:
                return After(unet.Filters, Layers.Log2(unet.MaxStride));
            case ConvNextConfig convnext:
                var channels = ConvNextBackbone.ArchOf(convnext).Channels;
                return Math.Min(After(channels[^1], 1), After(channels[0], channels.Count - 1));
            case SwinTConfig swint:
                var (embed, depths, _) = SwinTBackbone.ArchOf(swint);
                return Math.Min(After(embed << (depths.Count - 1), 1), After(embed, depths.Count - 1));
            default:
                return 1;
        }

        int After(int filters, int steps) => Math.Min(filters, (int)(filters * Math.Pow(backbone.FiltersRate, steps)));
    }

    internal static ModelException Invalid(string what) => new("ModelConfigInvalid", $"The model cannot be built: {what}.");

    internal static void FillIn(HeadConfigs heads, Skeleton? skeleton, IReadOnlyList<string>? classes)
    {
        switch (heads.GetActive())
        {
            case SingleInstanceConfig head:
                head.Confmaps.PartNames ??= PartNames();
                break;
            case CenteredInstanceConfig head:
                head.Confmaps.PartNames ??= PartNames();
                break;
            case BottomupConfig head:
                head.Confmaps.PartNames ??= PartNames();
                head.Pafs.Edges ??= Edges();
                break;
            case MultiClassBottomupConfig head:
                head.Confmaps.PartNames ??= PartNames();
                head.ClassMaps.Classes ??= Classes();
                break;
            case MultiClassTopdownConfig head:
                head.Confmaps.PartNames ??= PartNames();
                head.ClassVectors.Classes ??= Classes();
                break;
            case CentroidConfig:
                break;
            default:
                throw Invalid("it has no head; set one of single_instance, centroid, centered_instance, bottomup, multi_class_bottomup, multi_class_topdown");
        }

        List<string> PartNames() => skeleton is { Nodes.Count: > 0 }
            ? [.. skeleton.Nodes]
            : throw Invalid("part_names is not set and there is no skeleton to take them from");

        List<List<string>> Edges() => skeleton is { Edges.Count: > 0 }
            ? [.. skeleton.Edges.Select(edge => new List<string> { skeleton.Nodes[edge.Source], skeleton.Nodes[edge.Destination] })]
            : throw Invalid("pafs.edges is not set and there is no skeleton with edges to take them from");

        List<string> Classes() => classes is { Count: > 0 }
            ? [.. classes]
            : throw Invalid("classes is not set and there are no tracks to take them from");
    }

    private static void ResolveStrides(IBackboneConfig backbone, HeadConfigs heads)
    {
        var strides = heads.GetActiveLayers().Select(layer => layer.Value.OutputStride).ToList();
        backbone.OutputStride = strides.Min();
        backbone.MaxStride = backbone switch
        {
            ConvNextConfig convnext => ConvNextBackbone.MaxStrideOf(convnext),
            SwinTConfig swint => SwinTBackbone.MaxStrideOf(swint),
            _ => Math.Max(backbone.MaxStride, strides.Max()),
        };
        if (heads.MultiClassTopdown is { } multiClass)
        {
            multiClass.ClassVectors.OutputStride = backbone.MaxStride;
        }
    }

    private static void RequirePowerOfTwo(int value, string name)
    {
        if (!System.Numerics.BitOperations.IsPow2(value))
        {
            throw Invalid($"{name} is {value}; it has to be a power of two");
        }
    }
}
