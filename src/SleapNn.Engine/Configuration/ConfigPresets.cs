namespace SleapNn.Configuration;

/// <summary>Ready-made backbones and heads, under the names that sleap-nn gives them.</summary>
public static class ConfigPresets
{
    private static readonly Dictionary<string, Func<ConfigNode>> BackboneKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["unet"] = () => new UNetConfig(),
        ["unet_medium_rf"] = () => new UNetConfig { Filters = 32, FiltersRate = 2.0, MaxStride = 16 },
        ["unet_large_rf"] = () => new UNetConfig { Filters = 24, FiltersRate = 1.5, MaxStride = 32 },
        ["convnext"] = () => new ConvNextConfig(),
        ["convnext_tiny"] = () => new ConvNextConfig(),
        ["convnext_small"] = () => new ConvNextConfig { ModelType = "small" },
        ["convnext_base"] = () => new ConvNextConfig { ModelType = "base" },
        ["convnext_large"] = () => new ConvNextConfig { ModelType = "large" },
        ["swint"] = () => new SwinTConfig(),
        ["swint_tiny"] = () => new SwinTConfig(),
        ["swint_small"] = () => new SwinTConfig { ModelType = "small" },
        ["swint_base"] = () => new SwinTConfig { ModelType = "base" },
    };

    /// <summary>The names of the ready-made backbones.</summary>
    public static IReadOnlyList<string> Backbones { get; } = [.. BackboneKinds.Keys];

    /// <summary>The names of the heads.</summary>
    public static IReadOnlyList<string> Heads { get; } = [.. ConfigSchema.Of(typeof(HeadConfigs)).Select(key => key.Name)];

    /// <summary>A configuration to start from: the sample configuration of the guide, with checkpoints, augmentation and a falling learning rate.</summary>
    /// <returns>The configuration; its model has no backbone and no head yet.</returns>
    public static SleapConfig Start()
    {
        var config = new SleapConfig();
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new() { Intensity = new(), Geometric = new() { AffineP = 1.0 } };
        var trainer = config.TrainerConfig;
        trainer.TrainDataLoader = new() { BatchSize = 4, Shuffle = true };
        trainer.ValDataLoader = new() { BatchSize = 4 };
        trainer.MaxEpochs = 200;
        trainer.SaveCkpt = true;
        trainer.Optimizer.Lr = 1e-4;
        trainer.LrScheduler = new() { ReduceLrOnPlateau = new() { Threshold = 1e-6, ThresholdMode = "rel", Cooldown = 3, Patience = 5, Factor = 0.5, MinLr = 1e-8 } };
        trainer.EarlyStopping = new() { StopTrainingOnPlateau = true, MinDelta = 1e-8, Patience = 10 };
        return config;
    }

    /// <summary>Sets a ready-made backbone.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="name">One of <see cref="Backbones"/>.</param>
    /// <exception cref="ConfigException">There is no such backbone.</exception>
    public static void SetBackbone(SleapConfig config, string name)
    {
        if (!BackboneKinds.TryGetValue(name, out var make))
        {
            throw Unknown("BackboneUnknown", "backbone", name, Backbones);
        }

        var kinds = ConfigSchema.Of(typeof(BackboneConfig));
        var backbone = make();
        kinds.Single(key => key.Type == backbone.GetType()).Set(config.ModelConfig.BackboneConfig, backbone);
    }

    /// <summary>Sets a head with the guide's defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="name">One of <see cref="Heads"/>.</param>
    /// <exception cref="ConfigException">There is no such head.</exception>
    public static void SetHead(SleapConfig config, string name)
    {
        var key = ConfigSchema.Of(typeof(HeadConfigs)).Find(name.ToLowerInvariant()) ?? throw Unknown("HeadUnknown", "head", name, Heads);
        key.Set(config.ModelConfig.HeadConfigs, Activator.CreateInstance(key.Type));
    }

    private static ConfigException Unknown(string errorId, string what, string name, IReadOnlyList<string> names)
    {
        var near = ConfigNames.Nearest(names, name);
        return new(errorId, $"There is no {what} '{name}'. {(near is null ? "" : $"Did you mean '{near}'? ")}There are: {string.Join(", ", names)}.", name);
    }
}
