namespace SleapNn.Configuration;

/// <summary>Converts the model of a SLEAP 1.x configuration.</summary>
internal static class LegacyModel
{
    private static readonly string[] Backbone =
    [
        "filters", "filters_rate", "max_stride", "stem_stride", "middle_block", "up_interpolate", "stacks", "output_stride",
    ];

    // The head's name in the old file and here, and its layers with their keys; an old head without layers has its keys directly.
    private static readonly (string From, string To, (string? From, string To, string[] Keys)[] Layers)[] Heads =
    [
        ("single_instance", "single_instance", [(null, "confmaps", ["part_names", "sigma", "output_stride"])]),
        ("centroid", "centroid", [(null, "confmaps", ["anchor_part", "sigma", "output_stride"])]),
        ("centered_instance", "centered_instance", [(null, "confmaps", ["part_names", "anchor_part", "sigma", "output_stride"])]),
        ("multi_instance", "bottomup",
        [
            ("confmaps", "confmaps", ["part_names", "sigma", "output_stride", "loss_weight"]),
            ("pafs", "pafs", ["edges", "sigma", "output_stride", "loss_weight"]),
        ]),
        ("multi_class_bottomup", "multi_class_bottomup",
        [
            ("confmaps", "confmaps", ["part_names", "sigma", "output_stride", "loss_weight"]),
            ("class_maps", "class_maps", ["classes", "sigma", "output_stride", "loss_weight"]),
        ]),
        ("multi_class_topdown", "multi_class_topdown",
        [
            ("confmaps", "confmaps", ["part_names", "anchor_part", "sigma", "output_stride", "loss_weight"]),
            ("class_vectors", "class_vectors", ["classes", "num_fc_layers", "num_fc_units", "global_pool", "output_stride", "loss_weight"]),
        ]),
    ];

    public static void Convert(LegacyJson root, SleapConfig config, ICollection<ConfigFinding>? notes)
    {
        var backbones = root.SetKeys("model.backbone");
        if (!backbones.Contains("unet"))
        {
            throw new ConfigException("BackboneNotSupported", backbones.Count == 0
                ? $"{root.Name}: no backbone is set in model.backbone."
                : $"{root.Name}: the backbone '{backbones[0]}' of SLEAP 1.x is not built here; only unet is.", root.Name);
        }

        config.ModelConfig.BackboneConfig.Unet = new();
        foreach (var key in Backbone)
        {
            root.Copy($"model.backbone.unet.{key}", config, $"model_config.backbone_config.unet.{key}");
        }

        var heads = root.SetKeys("model.heads");
        var head = Heads.FirstOrDefault(candidate => heads.Contains(candidate.From));
        if (head.From is null)
        {
            throw new ConfigException("HeadMissing", heads.Count == 0
                ? $"{root.Name}: no head is set in model.heads."
                : $"{root.Name}: the head '{heads[0]}' is not known.", root.Name);
        }

        foreach (var (from, to, keys) in head.Layers)
        {
            var source = from is null ? $"model.heads.{head.From}" : $"model.heads.{head.From}.{from}";
            var target = $"model_config.head_configs.{head.To}.{to}";

            // The section is made even where the old one is empty.
            ConfigPath.Set(config, $"{target}.output_stride", 1);
            foreach (var key in keys)
            {
                root.Copy($"{source}.{key}", config, $"{target}.{key}");
            }

            LegacyConfig.Note(notes, root[$"{source}.offset_refinement"] is true, target, "offset_refinement has no counterpart: peaks are refined by integration.");
        }

        // SLEAP names the folder of a model, and takes its best weights.
        if (root["model.base_checkpoint"] is string { Length: > 0 } start)
        {
            var weights = Path.GetExtension(start) is ".h5" or ".ckpt" ? start : $"{start.Replace('\\', '/').TrimEnd('/')}/best_model.h5";
            (config.ModelConfig.PretrainedBackboneWeights, config.ModelConfig.PretrainedHeadWeights) = (weights, weights);
        }

        // Older files name the anchor of crops beside the crop's size.
        var anchor = $"model_config.head_configs.{head.To}.confmaps.anchor_part";
        if (head.Layers[0].Keys.Contains("anchor_part") && ConfigPath.Get(config, anchor) is null)
        {
            root.Copy("data.instance_cropping.center_on_part", config, anchor);
        }
    }
}
