using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>What a check of a whole configuration finds.</summary>
public sealed class ConfigValidatorTests
{
    [Fact]
    public void A_sound_configuration_has_no_finding_but_the_missing_labels()
    {
        var finding = Assert.Single(ConfigValidator.Validate(Sound()));
        Assert.Equal(("data_config.train_labels_path", FindingSeverity.Warning), (finding.Path, finding.Severity));
    }

    [Theory]
    [InlineData("model_config.backbone_config.unet.max_stride", 12, "model_config.backbone_config.unet.max_stride", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.unet.output_stride", 1, "model_config.backbone_config.unet.output_stride", FindingSeverity.Warning)]
    [InlineData("model_config.backbone_config.unet.kernel_size", 4, "model_config.backbone_config.unet.kernel_size", FindingSeverity.Warning)]
    [InlineData("model_config.backbone_config.unet.stem_stride", 64, "model_config.backbone_config.unet.stem_stride", FindingSeverity.Error)]
    [InlineData("model_config.head_configs.centered_instance.confmaps.output_stride", 3, "model_config.head_configs.centered_instance.confmaps.output_stride", FindingSeverity.Error)]
    [InlineData("model_config.head_configs.centered_instance.confmaps.output_stride", 32, "model_config.backbone_config.unet.max_stride", FindingSeverity.Warning)]
    [InlineData("model_config.head_configs.centered_instance.confmaps.anchor_part", "nose", "model_config.head_configs.centered_instance.confmaps.anchor_part", FindingSeverity.Error)]
    [InlineData("model_config.head_configs.centered_instance.confmaps.part_names", new[] { "a", "a" }, "model_config.head_configs.centered_instance.confmaps.part_names", FindingSeverity.Error)]
    [InlineData("data_config.preprocessing.ensure_rgb", true, "model_config.backbone_config.unet.in_channels", FindingSeverity.Warning)]
    [InlineData("data_config.preprocessing.crop_hw", new[] { 64, 32 }, "data_config.preprocessing.crop_hw", FindingSeverity.Warning)]
    [InlineData("data_config.validation_fraction", 0, "data_config.validation_fraction", FindingSeverity.Error)]
    [InlineData("data_config.augmentation_config.geometric.affine_p", 0, "data_config.augmentation_config", FindingSeverity.Warning)]
    [InlineData("data_config.use_augmentations_train", false, "data_config.augmentation_config", FindingSeverity.Warning)]
    [InlineData("data_config.augmentation_config.geometric.scale_min", 2, "data_config.augmentation_config.geometric.scale_min", FindingSeverity.Error)]
    [InlineData("data_config.train_labels_path", "nowhere.slp", "data_config.train_labels_path", FindingSeverity.Error)]
    [InlineData("model_config.pretrained_backbone_weights", "nowhere.ckpt", "model_config.pretrained_backbone_weights", FindingSeverity.Error)]
    [InlineData("trainer_config.resume_ckpt_path", "nowhere.ckpt", "trainer_config.resume_ckpt_path", FindingSeverity.Error)]
    [InlineData("trainer_config.trainer_accelerator", "tpu", "trainer_config.trainer_accelerator", FindingSeverity.Error)]
    [InlineData("trainer_config.trainer_devices", 0, "trainer_config.trainer_devices", FindingSeverity.Error)]
    [InlineData("trainer_config.trainer_devices", "1,1", "trainer_config.trainer_device_indices", FindingSeverity.Error)]
    [InlineData("trainer_config.trainer_strategy", "deepspeed_stage_2", "trainer_config.trainer_strategy", FindingSeverity.Error)]
    [InlineData("trainer_config.trainer_strategy", "fsdp", "trainer_config.trainer_strategy", FindingSeverity.Error)]
    [InlineData("trainer_config.lr_scheduler.step_lr.gamma", 0.5, "trainer_config.lr_scheduler", FindingSeverity.Error)]
    [InlineData("trainer_config.early_stopping.patience", 2, "trainer_config.early_stopping.patience", FindingSeverity.Warning)]
    [InlineData("trainer_config.save_ckpt", false, "trainer_config.save_ckpt", FindingSeverity.Information)]
    [InlineData("trainer_config.zmq.publish_address", "tcp://other:9001", "trainer_config.zmq.publish_address", FindingSeverity.Warning)]
    [InlineData("trainer_config.use_wandb", true, "trainer_config.wandb.project", FindingSeverity.Warning)]
    [InlineData("model_config.backbone_config.unet.max_stride", 1, "model_config.backbone_config.unet.max_stride", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.unet.filters_rate", 0.1, "model_config.backbone_config.unet.filters_rate", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.convnext.filters_rate", 0.001, "model_config.backbone_config.convnext.filters_rate", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.swint.filters_rate", 0.001, "model_config.backbone_config.swint.filters_rate", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.swint.pre_trained_weights", "Swin_S_Weights", "model_config.backbone_config.swint.pre_trained_weights", FindingSeverity.Error)]
    [InlineData("model_config.backbone_config.swint.pre_trained_weights", "Swin_T_Weights", "model_config.backbone_config.swint.in_channels", FindingSeverity.Information)]
    public void A_fault_is_found(string path, object value, string where, FindingSeverity severity)
    {
        var config = Sound();
        ConfigPath.Set(config, path, value);
        Assert.Contains(ConfigValidator.Validate(config), finding => finding.Path == where && finding.Severity == severity && finding.Fix.Length > 0);
    }

    [Theory]
    [InlineData("auto", "auto", 2, null)]
    [InlineData("gpu", "ddp_find_unused_parameters_false", "0,1", null)]
    [InlineData("cpu", "ddp", 2, FindingSeverity.Information)]
    [InlineData("cpu", "auto", "0,1", FindingSeverity.Error)]
    [InlineData("mps", "auto", 2, FindingSeverity.Error)]
    [InlineData("gpu", "single_device", 2, FindingSeverity.Error)]
    public void Several_devices_must_go_together(string accelerator, string strategy, object devices, FindingSeverity? severity)
    {
        var config = Sound();
        ConfigPath.Set(config, "trainer_config.trainer_accelerator", accelerator);
        ConfigPath.Set(config, "trainer_config.trainer_strategy", strategy);
        ConfigPath.Set(config, "trainer_config.trainer_devices", devices);
        var findings = ConfigValidator.Validate(config).Where(finding => finding.Path.StartsWith("trainer_config.trainer_", StringComparison.Ordinal)).ToList();
        Assert.Equal(severity is null ? [] : new[] { severity.Value }, findings.Select(finding => finding.Severity));
        Assert.Empty(ConfigValidator.WithoutEffect(config));
    }

    [Fact]
    public void Backbones_of_transformers_are_checked()
    {
        var config = Sound();
        config.ModelConfig.BackboneConfig.Swint = new() { ModelType = "custom", Arch = new() { Embed = 10, NumHeads = [3, 3, 3, 3] }, StemPatchStride = 4 };
        var findings = ConfigValidator.Validate(config);
        Assert.Contains(findings, finding => finding.Path.EndsWith("arch.num_heads", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Path.EndsWith("swint.max_stride", StringComparison.Ordinal) && finding.Message.Contains("64", StringComparison.Ordinal));
        config.ModelConfig.BackboneConfig.Convnext = new() { ModelType = "custom", PreTrainedWeights = "ConvNeXt_Tiny_Weights" };
        findings = ConfigValidator.Validate(config);
        Assert.Contains(findings, finding => finding.Path.EndsWith("convnext.arch", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Path.EndsWith("convnext.pre_trained_weights", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Path.EndsWith("convnext.in_channels", StringComparison.Ordinal));
    }

    [Fact]
    public void Published_weights_fit_the_sizes_that_they_were_trained_with_only()
    {
        var config = Sound();
        config.ModelConfig.BackboneConfig = new() { Swint = new() { PreTrainedWeights = "Swin_T_Weights" } };
        Assert.DoesNotContain(ConfigValidator.Validate(config), finding => finding.Severity == FindingSeverity.Error);

        config.ModelConfig.BackboneConfig.Swint.WindowSize = 8;
        config.ModelConfig.BackboneConfig.Swint.PatchSize = 2;
        Assert.Equal(["patch_size", "window_size"], Errors());

        config.ModelConfig.BackboneConfig = new() { Convnext = new() { PreTrainedWeights = "ConvNeXt_Tiny_Weights", StemPatchKernel = 7 } };
        Assert.Equal(["stem_patch_kernel"], Errors());

        IEnumerable<string> Errors() => ConfigValidator.Validate(config).Where(finding => finding.Severity == FindingSeverity.Error)
            .Select(finding => finding.Path.Split('.')[^1]).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_model_without_backbone_or_head_and_a_changed_list_are_found()
    {
        var config = Sound();
        config.ModelConfig.BackboneConfig = new();
        config.ModelConfig.HeadConfigs = new();
        config.TrainerConfig.TrainerDeviceIndices = [0];
        config.TrainerConfig.TrainerDeviceIndices.Add(-1);
        var paths = ConfigValidator.Validate(config).Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.Path).ToList();
        Assert.Contains("model_config.backbone_config", paths);
        Assert.Contains("model_config.head_configs", paths);
        Assert.Contains("trainer_config.trainer_device_indices", paths);
    }

    private static SleapConfig Sound()
    {
        var config = ConfigPresets.Start();
        ConfigPresets.SetBackbone(config, "unet");
        ConfigPresets.SetHead(config, "centered_instance");
        config.ModelConfig.BackboneConfig.Unet!.OutputStride = 2;
        config.ModelConfig.HeadConfigs.CenteredInstance!.Confmaps.OutputStride = 2;
        config.ModelConfig.HeadConfigs.CenteredInstance.Confmaps.PartNames = ["a", "b"];
        return config;
    }
}
