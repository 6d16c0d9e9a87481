using System.Collections.Specialized;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>What is converted from SLEAP 1.x agrees key by key with what sleap-nn 0.3.3 makes of it.</summary>
public sealed class LegacyConfigTests
{
    /// <summary>Keys in which the two differ on purpose, each with both values and why.</summary>
    private static readonly (string Path, object? Ours, object? Theirs)[] Deliberate =
    [
        // Noise is in grey levels in the old file. sleap-nn 0.3.3 takes it for parts of the full range, and cuts it off.
        ("data_config.augmentation_config.intensity.uniform_noise_max", 10 / 255.0, 1.0),
        ("data_config.augmentation_config.intensity.gaussian_noise_mean", 5 / 255.0, 5.0),
        ("data_config.augmentation_config.intensity.gaussian_noise_std", 1 / 255.0, 1.0),
        // Brightness is added in the old file. sleap-nn 0.3.3 takes it for factors.
        ("data_config.augmentation_config.intensity.brightness_min", 1.0, 0.0),
        ("data_config.augmentation_config.intensity.brightness_max", 1 + (10 / 127.5), 2.0),
        // What the old file calls adam is AMSGrad.
        ("trainer_config.optimizer.amsgrad", true, false),
        // The old file says crop_size_detection_padding: 16.
        ("data_config.preprocessing.crop_padding", 16, null),
        // Left out by the old files, so the guide's default stands.
        ("sleap_nn_version", "0.0.1", "0.3.3"),
        ("trainer_config.trainer_devices", "auto", null),
        ("trainer_config.seed", 0, 42),
        ("data_config.train_labels_path", new List<object?>(), null),
        ("model_config.head_configs.centered_instance.confmaps.loss_weight", null, 1.0),
        ("trainer_config.ckpt_dir", null, "."),
        // The old file says rotate: false or scale: false. sleap-nn 0.3.3 turns and scales nevertheless, by its new default.
        ("data_config.augmentation_config.geometric.rotation_p", 0.0, 1.0),
        ("data_config.augmentation_config.geometric.scale_p", 0.0, 1.0),
        // The old file says publish_updates: false and subscribe_to_controller: false.
        ("trainer_config.zmq.publish_port", null, 9001),
        ("trainer_config.zmq.controller_port", null, 9000),
    ];

    // sleap-nn keeps the prefix of a run's name only, and so loses the name.
    private static bool IsDeliberate(string path, object? ours, object? theirs) =>
        (path == "trainer_config.run_name" && ours is string && theirs is null)
        || Deliberate.Any(item => item.Path == path && ConfigMap.AreEqual(item.Ours, ours) && ConfigMap.AreEqual(item.Theirs, theirs));

    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        if (SharedData.Root is null)
        {
            files.Add("", "");
            return files;
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "legacy_configs"), "*.json").Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"legacy_legacy_sleap_json_configs__{Path.GetFileNameWithoutExtension(path)}.yaml");
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "legacy_models"), "*_config.json", SearchOption.AllDirectories).Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"legacy_{Path.GetFileName(Path.GetDirectoryName(path))}__{Path.GetFileNameWithoutExtension(path)}.yaml");
        }

        return files;
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_agrees_with_what_sleap_nn_makes_of_it(string file, string reference)
    {
        var config = LegacyConfig.Load(SharedData.PathTo(file));
        Assert.NotNull(config.ModelConfig.BackboneConfig.Unet);
        Assert.NotEmpty(config.ModelConfig.HeadConfigs.GetActiveLayers());
        var path = SharedData.PathTo("reference", "config", reference);
        if (!File.Exists(path))
        {
            return;
        }

        var ours = ConfigMap.Flatten(ConfigMap.Of(config));
        var theirs = ConfigMap.Flatten((OrderedDictionary)YamlScalars.ToPlain(YamlTree.Read(File.ReadAllText(path), path)!)!);
        var wrong = theirs.Keys.Cast<string>()
            .Where(key => ours.Contains(key) && !ConfigMap.AreEqual(ours[key], theirs[key]) && !IsDeliberate(key, ours[key], theirs[key]))
            .Select(key => $"{key}: {ConfigValue.Show(ours[key])} here, {ConfigValue.Show(theirs[key])} in sleap-nn")
            .ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [InlineData("centered_instance", 56, 112)]
    [InlineData("multi_class_topdown", 56, 112)]
    [InlineData("centroid", 56, 56)]
    public void Crops_of_the_scaled_image_are_made_crops_of_the_image(string head, int sizePx, int expected)
    {
        var preprocessing = Parse(
            $$"""{"preprocessing": {"input_scaling": 0.5}, "instance_cropping": {"crop_size": {{sizePx}}, "crop_size_detection_padding": 9} }""",
            head: head).DataConfig.Preprocessing;

        Assert.Equal(expected, preprocessing.CropSize);
        Assert.Equal(head == "centroid" ? 9 : 18, preprocessing.CropPadding);
        Assert.Equal(0.5, preprocessing.Scale);
    }

    [Fact]
    public void Noise_in_grey_levels_and_added_brightness_keep_their_strength()
    {
        var intensity = Parse(optimization: """
            {"augmentation_config": {
                "uniform_noise": true, "uniform_noise_min_val": 0, "uniform_noise_max_val": 51,
                "gaussian_noise": true, "gaussian_noise_mean": 5.1, "gaussian_noise_stddev": 25.5,
                "brightness": true, "brightness_min_val": -51, "brightness_max_val": 51}}
            """).DataConfig.AugmentationConfig!.Intensity!;

        Assert.Equal((0, 0.2, 1), (intensity.UniformNoiseMin, intensity.UniformNoiseMax, intensity.UniformNoiseP));
        Assert.Equal(0.02, intensity.GaussianNoiseMean, 9);
        Assert.Equal(0.1, intensity.GaussianNoiseStd, 9);
        Assert.Equal((0.6, 1.4, 1), (intensity.BrightnessMin, intensity.BrightnessMax, intensity.BrightnessP));
    }

    [Fact]
    public void What_SLEAP_calls_adam_is_AMSGrad()
    {
        Assert.True(Parse(optimization: """{"optimizer": "adam"}""").TrainerConfig.Optimizer.Amsgrad);
        Assert.True(Parse().TrainerConfig.Optimizer.Amsgrad);
        Assert.False(Parse(optimization: """{"optimizer": "adamw"}""").TrainerConfig.Optimizer.Amsgrad);
    }

    [Theory]
    [InlineData("models/old", "models/old/best_model.h5")]
    [InlineData("models\\\\old\\\\", "models/old/best_model.h5")]
    [InlineData("models/old/best_model.h5", "models/old/best_model.h5")]
    public void The_folder_of_a_model_to_start_from_is_made_its_weights(string given, string expected)
    {
        var model = LegacyConfig.Parse($$"""{"model": {"backbone": {"unet": {} }, "heads": {"centroid": {} }, "base_checkpoint": "{{given}}"}, "optimization": {} }""").ModelConfig;

        Assert.Equal((expected, expected), (model.PretrainedBackboneWeights, model.PretrainedHeadWeights));
    }

    [Fact]
    public void Frames_keep_their_size_where_they_were_not_resized()
    {
        var data = """{"preprocessing": {"resize_and_pad_to_target": false, "target_height": 100, "target_width": 200} }""";

        Assert.Null(Parse(data).DataConfig.Preprocessing.MaxHeight);
        Assert.Equal(200, Parse(data.Replace("false", "true", StringComparison.Ordinal)).DataConfig.Preprocessing.MaxWidth);
    }

    [Theory]
    [InlineData("trainer_config.train_data_loader.batch_size", 8)]
    [InlineData("trainer_config.val_data_loader.batch_size", 8)]
    [InlineData("trainer_config.train_data_loader.shuffle", true)]
    [InlineData("trainer_config.max_epochs", 100)]
    [InlineData("trainer_config.min_train_steps_per_epoch", 200)]
    [InlineData("trainer_config.train_steps_per_epoch", null)]
    [InlineData("trainer_config.optimizer_name", "Adam")]
    [InlineData("trainer_config.optimizer.lr", 1e-4)]
    [InlineData("trainer_config.lr_scheduler.reduce_lr_on_plateau.patience", 5)]
    [InlineData("trainer_config.lr_scheduler.reduce_lr_on_plateau.factor", 0.5)]
    [InlineData("trainer_config.lr_scheduler.reduce_lr_on_plateau.threshold", 1e-6)]
    [InlineData("trainer_config.early_stopping.stop_training_on_plateau", true)]
    [InlineData("trainer_config.early_stopping.patience", 10)]
    [InlineData("trainer_config.ckpt_dir", "models")]
    [InlineData("trainer_config.zmq.publish_address", null)]
    [InlineData("data_config.validation_fraction", 0.1)]
    [InlineData("data_config.augmentation_config.geometric.rotation_min", -180.0)]
    [InlineData("data_config.augmentation_config.geometric.rotation_p", 0.0)]
    [InlineData("data_config.preprocessing.crop_size", null)]
    [InlineData("data_config.preprocessing.crop_padding", 16)]
    [InlineData("model_config.backbone_config.unet.filters", 64)]
    [InlineData("model_config.backbone_config.unet.filters_rate", 2.0)]
    [InlineData("model_config.backbone_config.unet.up_interpolate", false)]
    [InlineData("model_config.backbone_config.unet.max_stride", 32)]
    [InlineData("model_config.head_configs.bottomup.confmaps.sigma", 5.0)]
    [InlineData("model_config.head_configs.bottomup.confmaps.output_stride", 1)]
    [InlineData("model_config.head_configs.bottomup.pafs.sigma", 20.0)]
    [InlineData("model_config.head_configs.bottomup.pafs.loss_weight", 1.0)]
    [InlineData("model_config.head_configs.centroid", null)]
    public void Keys_that_a_profile_lacks_have_the_defaults_of_SLEAP(string path, object? expected)
    {
        var config = LegacyConfig.Parse("""{"model": {"backbone": {"unet": {"max_stride": 32}}, "heads": {"multi_instance": {"pafs": {"sigma": 20}}}}, "optimization": {}}""");

        Assert.True(ConfigMap.AreEqual(expected, ConfigPath.Get(config, path)), $"{ConfigPath.Get(config, path)}");
    }

    [Fact]
    public void A_profile_may_hold_comments() =>
        Assert.Equal(7, LegacyConfig.Parse("""
            // A profile of ours.
            {"model": {"backbone": {"unet": {}}, "heads": {"centroid": {}}}, /* short */ "optimization": {"epochs": 7}}
            """).TrainerConfig.MaxEpochs);

    [Theory]
    [InlineData(50, 50)]
    [InlineData(300, 200)]
    public void A_number_of_batches_overrules_the_least_number(int batches, int least)
    {
        var trainer = Parse(optimization: $$"""{"batches_per_epoch": {{batches}}, "min_batches_per_epoch": 200}""").TrainerConfig;

        Assert.Equal((batches, least), (trainer.TrainStepsPerEpoch, trainer.MinTrainStepsPerEpoch));
    }

    [Fact]
    public void A_checkpoint_of_every_epoch_is_kept() =>
        Assert.Equal(-1, LegacyConfig.Parse(Text("{}", "{}", """{"checkpointing": {"every_epoch": true} }""", "centroid")).TrainerConfig.ModelCkpt.SaveTopK);

    [Theory]
    [InlineData("data.labels.split_by_inds", """{"labels": {"split_by_inds": true, "training_inds": [1]} }""", "{}", "{}")]
    [InlineData("data.labels.search_path_hints", """{"labels": {"search_path_hints": ["videos"]} }""", "{}", "{}")]
    [InlineData("data.preprocessing.imagenet_mode", """{"preprocessing": {"imagenet_mode": "tf"} }""", "{}", "{}")]
    [InlineData("data.preprocessing.pad_to_stride", """{"preprocessing": {"pad_to_stride": 32} }""", "{}", "{}")]
    [InlineData("data.preprocessing.input_scale", """{"preprocessing": {"input_scale": 0.5} }""", "{}", "{}")]
    [InlineData("optimization.augmentation_config.random_crop", "{}", """{"augmentation_config": {"random_crop": true} }""", "{}")]
    [InlineData("optimization.learning_rate", "{}", """{"learning_rate": 0.1}""", "{}")]
    [InlineData("data_config.augmentation_config.intensity.contrast_min", "{}", """{"augmentation_config": {"contrast": true} }""", "{}")]
    [InlineData("data_config.augmentation_config.intensity.brightness_min", "{}", """{"augmentation_config": {"brightness": true} }""", "{}")]
    [InlineData("outputs.checkpointing.initial_model", "{}", "{}", """{"checkpointing": {"initial_model": true} }""")]
    [InlineData("outputs.checkpointing.final_model", "{}", "{}", """{"checkpointing": {"final_model": true} }""")]
    [InlineData("outputs.tensorboard.write_logs", "{}", "{}", """{"tensorboard": {"write_logs": true} }""")]
    [InlineData("data_config.augmentation_config.intensity.uniform_noise_min", "{}", """{"augmentation_config": {"uniform_noise": true, "uniform_noise_min_val": -5} }""", "{}")]
    [InlineData("outputs.zip_outputs", "{}", "{}", """{"zip_outputs": true}""")]
    public void What_has_no_counterpart_is_told(string path, string data, string optimization, string outputs)
    {
        var notes = new List<ConfigFinding>();
        LegacyConfig.Parse(Text(data, optimization, outputs, "centroid"), notes: notes);

        Assert.Equal(path, Assert.Single(notes).Path);
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void Of_files_as_SLEAP_writes_them_little_is_lost(string file, string reference)
    {
        Assert.NotEmpty(reference);
        var notes = new List<ConfigFinding>();
        LegacyConfig.Load(SharedData.PathTo(file), notes);

        Assert.All(notes, note => Assert.True(
            note.Path == "data.labels.search_path_hints" || note.Message.StartsWith("offset_refinement", StringComparison.Ordinal), $"{note.Path}: {note.Message}"));
    }

    private static SleapConfig Parse(string data = "{}", string optimization = "{}", string head = "centroid") =>
        LegacyConfig.Parse(Text(data, optimization, "{}", head));

    private static string Text(string data, string optimization, string outputs, string head) =>
        $$"""{"data": {{data}}, "model": {"backbone": {"unet": {"max_stride": 16} }, "heads": {"{{head}}": {"confmaps": {}, "class_vectors": {} } } }, "optimization": {{optimization}}, "outputs": {{outputs}} }""";
}
