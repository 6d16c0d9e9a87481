using System.Collections;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>The configuration's types: defaults, rules, and the keys that go together.</summary>
public sealed class ConfigTreeTests
{
    [Theory]
    [InlineData("data_config.provider", "LabelsReader")]
    [InlineData("data_config.validation_fraction", 0.1)]
    [InlineData("data_config.user_instances_only", true)]
    [InlineData("data_config.data_pipeline_fw", "torch_dataset")]
    [InlineData("data_config.delete_cache_imgs_after_training", true)]
    [InlineData("data_config.preprocessing.scale", 1.0)]
    [InlineData("data_config.preprocessing.crop_hw", null)]
    [InlineData("data_config.preprocessing.min_crop_size", 100)]
    [InlineData("data_config.use_augmentations_train", false)]
    [InlineData("model_config.init_weights", "default")]
    [InlineData("trainer_config.train_data_loader.batch_size", 1)]
    [InlineData("trainer_config.train_data_loader.shuffle", false)]
    [InlineData("trainer_config.model_ckpt.save_top_k", 1)]
    [InlineData("trainer_config.model_ckpt.save_last", null)]
    [InlineData("trainer_config.trainer_devices", "auto")]
    [InlineData("trainer_config.trainer_accelerator", "auto")]
    [InlineData("trainer_config.trainer_strategy", "auto")]
    [InlineData("trainer_config.min_train_steps_per_epoch", 200)]
    [InlineData("trainer_config.max_epochs", 10)]
    [InlineData("trainer_config.seed", 0)]
    [InlineData("trainer_config.save_ckpt", false)]
    [InlineData("trainer_config.optimizer_name", "Adam")]
    [InlineData("trainer_config.optimizer.lr", 1e-3)]
    [InlineData("trainer_config.lr_scheduler.step_lr", null)]
    [InlineData("trainer_config.early_stopping.stop_training_on_plateau", false)]
    [InlineData("trainer_config.early_stopping.min_delta", 0.0)]
    [InlineData("trainer_config.early_stopping.patience", 1)]
    [InlineData("trainer_config.online_hard_keypoint_mining.loss_scale", 5.0)]
    [InlineData("trainer_config.zmq.controller_polling_timeout", 10)]
    public void A_new_configuration_has_the_guides_defaults(string path, object? expected) =>
        Assert.Equal(expected, ConfigPath.Get(new SleapConfig(), path));

    [Fact]
    public void Sections_have_the_guides_defaults()
    {
        var plateau = new ReduceLrOnPlateauConfig();
        Assert.Equal((1e-4, "rel", 0, 10, 0.1, 0.0), (plateau.Threshold, plateau.ThresholdMode, plateau.Cooldown, plateau.Patience, plateau.Factor, plateau.MinLr));
        var unet = new UNetConfig();
        Assert.Equal((1, 3, 32, 1.5, 16, null, true, true, 1, 2, 1), (unet.InChannels, unet.KernelSize, unet.Filters, unet.FiltersRate, unet.MaxStride, unet.StemStride, unet.MiddleBlock, unet.UpInterpolate, unet.Stacks, unet.ConvsPerBlock, unet.OutputStride));
        Assert.Equal((15.0, 1), (new PafsConfig().Sigma, new PafsConfig().OutputStride));
        Assert.Equal((1, 64, true, 16), (new ClassVectorsConfig().NumFcLayers, new ClassVectorsConfig().NumFcUnits, new ClassVectorsConfig().GlobalPool, new ClassVectorsConfig().OutputStride));
        Assert.Equal((1.0, 1.0, 1.0), (new IntensityConfig().UniformNoiseMax, new IntensityConfig().GaussianNoiseStd, new IntensityConfig().BrightnessMax));
        Assert.Equal((-15.0, 15.0, 0.0), (new GeometricConfig().RotationMin, new GeometricConfig().RotationMax, new GeometricConfig().AffineP));
    }

    [Fact]
    public void Every_default_obeys_its_own_rule()
    {
        foreach (var type in ConfigSchema.AllTypes())
        {
            var node = (ConfigNode)Activator.CreateInstance(type)!;
            foreach (var key in ConfigSchema.Of(type))
            {
                Assert.Equal(key.Get(node), key.Check(key.Get(node)));
            }
        }
    }

    [Fact]
    public void Setting_one_kind_clears_the_others()
    {
        var config = new SleapConfig();
        config.ModelConfig.BackboneConfig.Unet = new();
        config.ModelConfig.BackboneConfig.Swint = new();
        Assert.Null(config.ModelConfig.BackboneConfig.Unet);
        Assert.Equal("swint", config.ModelConfig.BackboneConfig.GetActiveName());
        ConfigPath.Set(config, "ModelConfig.HeadConfigs.Bottomup.Pafs.Sigma", 20);
        ConfigPath.Set(config, "model_config.head_configs.multi_class_topdown.class_vectors.num_fc_units", 32);
        Assert.Null(config.ModelConfig.HeadConfigs.Bottomup);
        Assert.Equal(["confmaps", "class_vectors"], config.ModelConfig.HeadConfigs.GetActiveLayers().Select(layer => layer.Key));
    }

    [Fact]
    public void A_refused_value_leaves_the_old_one()
    {
        var trainer = new TrainerConfig();
        Assert.Equal("ConfigValueNotAllowed", Assert.Throws<ConfigException>(() => trainer.MaxEpochs = 0).ErrorId);
        Assert.Throws<ConfigException>(() => trainer.OptimizerName = "SGD");
        Assert.Throws<ConfigException>(() => new PreprocessingConfig { Scale = double.PositiveInfinity });
        Assert.Throws<ConfigException>(() => new SwinTConfig { ModelType = "large" });
        Assert.Equal((10, "Adam"), (trainer.MaxEpochs, trainer.OptimizerName));
    }

    [Theory]
    [InlineData("auto", "auto", null)]
    [InlineData(2, 2, null)]
    [InlineData("2", 2, null)]
    [InlineData("0,1", null, new[] { 0, 1 })]
    [InlineData("[1]", null, new[] { 1 })]
    public void Devices_are_a_number_or_a_list(object given, object? devices, int[]? indices)
    {
        var trainer = new TrainerConfig { TrainerDevices = given };
        Assert.Equal(devices, trainer.TrainerDevices);
        Assert.Equal(indices, trainer.TrainerDeviceIndices);
    }

    [Fact]
    public void A_copy_shares_nothing()
    {
        var config = new SleapConfig();
        config.DataConfig.TrainLabelsPath.Add("a.slp");
        config.DataConfig.Preprocessing.CropHw = [64, 32];
        config.ModelConfig.HeadConfigs.Bottomup = new() { Pafs = new() { Edges = [["a", "b"]] } };
        config.TrainerConfig.Zmq!.PublishAddress = "tcp://other:1";
        var copy = config.DeepCopy();
        Assert.Empty(ConfigComparer.Compare(config, copy));
        copy.DataConfig.TrainLabelsPath.Add("b.slp");
        copy.ModelConfig.HeadConfigs.Bottomup!.Pafs.Edges![0][0] = "c";
        Assert.Single(config.DataConfig.TrainLabelsPath);
        Assert.Equal(
            ["data_config.train_labels_path", "model_config.head_configs.bottomup.pafs.edges"],
            ConfigComparer.Compare(config, copy).Select(difference => difference.Path));
    }

    [Fact]
    public void Paths_are_read_in_both_ways_and_unknown_ones_suggest_a_name()
    {
        var config = new SleapConfig();
        Assert.Equal(10, ConfigPath.Get(config, "TrainerConfig.MaxEpochs"));
        Assert.Null(ConfigPath.Get(config, "model_config.backbone_config.unet.filters"));
        Assert.Contains("Did you mean 'unet'?", Assert.Throws<ConfigException>(() => ConfigPath.Set(config, "model_config.backbone_config.unt.filters", 3)).Message, StringComparison.Ordinal);
        Assert.Contains("has no keys of its own", Assert.Throws<ConfigException>(() => ConfigPath.Get(config, "trainer_config.seed.x")).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => ConfigPath.Get(config, ""));
        Assert.Equal(["data_config", "model_config", "trainer_config", "name", "description", "sleap_nn_version", "filename"], ConfigPath.GetChildren(""));
        Assert.Empty(ConfigPath.GetChildren("trainer_config.seed"));
        Assert.Equal(["rel", "abs"], ConfigPath.GetAllowedValues("trainer_config.lr_scheduler.reduce_lr_on_plateau.threshold_mode"));
        ConfigPath.SetAll(config, new Hashtable { ["trainer_config"] = new Hashtable { ["max_epochs"] = 4 }, ["DataConfig.Preprocessing.Scale"] = 1 });
        Assert.Equal((4, 1.0), (config.TrainerConfig.MaxEpochs, config.DataConfig.Preprocessing.Scale));
    }
}
