using System.Text.Json;

namespace SleapNn.Configuration;

/// <summary>Configurations of SLEAP 1.x (<c>training_config.json</c>), converted.</summary>
public static class LegacyConfig
{
    private const double FullRange = 255;

    // What has the same meaning under another name: the place in the old file, and the key here.
    private static readonly (string From, string To)[] Same =
    [
        ("data.labels.training_labels", "data_config.train_labels_path"),
        ("data.labels.validation_labels", "data_config.val_labels_path"),
        ("data.labels.validation_fraction", "data_config.validation_fraction"),
        ("data.labels.test_labels", "data_config.test_file_path"),
        ("data.preprocessing.ensure_rgb", "data_config.preprocessing.ensure_rgb"),
        ("data.preprocessing.ensure_grayscale", "data_config.preprocessing.ensure_grayscale"),
        ("data.preprocessing.input_scaling", "data_config.preprocessing.scale"),
        ("optimization.augmentation_config.contrast_min_gamma", "data_config.augmentation_config.intensity.contrast_min"),
        ("optimization.augmentation_config.contrast_max_gamma", "data_config.augmentation_config.intensity.contrast_max"),
        ("optimization.augmentation_config.rotation_min_angle", "data_config.augmentation_config.geometric.rotation_min"),
        ("optimization.augmentation_config.rotation_max_angle", "data_config.augmentation_config.geometric.rotation_max"),
        ("optimization.augmentation_config.scale_min", "data_config.augmentation_config.geometric.scale_min"),
        ("optimization.augmentation_config.scale_max", "data_config.augmentation_config.geometric.scale_max"),
        ("optimization.batch_size", "trainer_config.train_data_loader.batch_size"),
        ("optimization.batch_size", "trainer_config.val_data_loader.batch_size"),
        ("optimization.online_shuffling", "trainer_config.train_data_loader.shuffle"),
        ("optimization.num_workers", "trainer_config.train_data_loader.num_workers"),
        ("optimization.num_workers", "trainer_config.val_data_loader.num_workers"),
        ("optimization.epochs", "trainer_config.max_epochs"),
        ("optimization.min_batches_per_epoch", "trainer_config.min_train_steps_per_epoch"),
        ("optimization.batches_per_epoch", "trainer_config.train_steps_per_epoch"),
        ("optimization.optimizer", "trainer_config.optimizer_name"),
        ("optimization.initial_learning_rate", "trainer_config.optimizer.lr"),
        ("optimization.early_stopping.stop_training_on_plateau", "trainer_config.early_stopping.stop_training_on_plateau"),
        ("optimization.early_stopping.plateau_min_delta", "trainer_config.early_stopping.min_delta"),
        ("optimization.early_stopping.plateau_patience", "trainer_config.early_stopping.patience"),
        ("optimization.hard_keypoint_mining.online_mining", "trainer_config.online_hard_keypoint_mining.online_mining"),
        ("optimization.hard_keypoint_mining.hard_to_easy_ratio", "trainer_config.online_hard_keypoint_mining.hard_to_easy_ratio"),
        ("optimization.hard_keypoint_mining.min_hard_keypoints", "trainer_config.online_hard_keypoint_mining.min_hard_keypoints"),
        ("optimization.hard_keypoint_mining.max_hard_keypoints", "trainer_config.online_hard_keypoint_mining.max_hard_keypoints"),
        ("optimization.hard_keypoint_mining.loss_scale", "trainer_config.online_hard_keypoint_mining.loss_scale"),
        ("outputs.checkpointing.latest_model", "trainer_config.model_ckpt.save_last"),
        ("outputs.save_visualizations", "trainer_config.visualize_preds_during_training"),
        ("outputs.keep_viz_images", "trainer_config.keep_viz"),
        ("outputs.zmq.controller_polling_timeout", "trainer_config.zmq.controller_polling_timeout"),
    ];

    // Noise in grey levels, which is in parts of the full range here.
    private static readonly (string From, string To)[] Noise =
    [
        ("uniform_noise_min_val", "uniform_noise_min"),
        ("uniform_noise_max_val", "uniform_noise_max"),
        ("gaussian_noise_mean", "gaussian_noise_mean"),
        ("gaussian_noise_stddev", "gaussian_noise_std"),
    ];

    private static readonly (string From, string To)[] Plateau =
    [
        ("plateau_min_delta", "threshold"),
        ("plateau_cooldown", "cooldown"),
        ("plateau_patience", "patience"),
        ("reduction_factor", "factor"),
        ("min_learning_rate", "min_lr"),
    ];

    /// <summary>Reads and converts a configuration file of SLEAP 1.x.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="notes">Takes what could not be converted; null where nobody wants to know.</param>
    /// <returns>The configuration; keys that the file lacks have the defaults of SLEAP, and those that SLEAP does not know those of the guide.</returns>
    /// <exception cref="ConfigException">The file can not be read, is not a SLEAP 1.x configuration, or asks for what there is not here.</exception>
    public static SleapConfig Load(string path, ICollection<ConfigFinding>? notes = null) => Directory.Exists(path)
        ? throw new ConfigException("ConfigIsDirectory", $"'{path}' is a folder, not a configuration file. Give the path of a training_config.json.", path)
        : Parse(ConfigFile.ReadText(path), path, notes);

    /// <summary>Converts the text of a SLEAP 1.x configuration.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="name">What the text is called in error messages.</param>
    /// <param name="notes">Takes what could not be converted; null where nobody wants to know.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConfigException">The text is not a SLEAP 1.x configuration, or asks for what there is not here.</exception>
    public static SleapConfig Parse(string json, string name = "JSON text", ICollection<ConfigFinding>? notes = null)
    {
        var root = new LegacyJson(name, json);
        if (root.Own("model") is null || root.Own("optimization") is null)
        {
            throw new ConfigException("ConfigNotLegacy", $"{name} is not a configuration of SLEAP 1.x: it lacks the sections model and optimization.", name);
        }

        var config = new SleapConfig();
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new() { Intensity = new(), Geometric = new() };
        config.TrainerConfig.SaveCkpt = true;
        foreach (var (from, to) in Same)
        {
            root.Copy(from, config, to);
        }

        ConvertSkeletons(root, config);
        ConvertSizes(root, config);
        ConvertAugmentation(root, config, notes);
        LegacyModel.Convert(root, config, notes);
        ConvertTrainer(root, config);
        LegacyLosses.Note(root, notes);
        return config;
    }

    internal static void Note(ICollection<ConfigFinding>? notes, bool applies, string path, string message)
    {
        if (applies)
        {
            notes?.Add(new ConfigFinding(path, FindingSeverity.Warning, message, "Check whether it matters for your data."));
        }
    }

    private static void ConvertSkeletons(LegacyJson root, SleapConfig config)
    {
        if (root.Element("data.labels.skeletons") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
        {
            config.DataConfig.Skeletons = [.. list.EnumerateArray().Select(item => LegacySkeleton.Read(item, root.Name))];
        }
    }

    private static void ConvertSizes(LegacyJson root, SleapConfig config)
    {
        const string To = "data_config.preprocessing";
        if (root["data.preprocessing.resize_and_pad_to_target"] is not false)
        {
            root.Copy("data.preprocessing.target_height", config, $"{To}.max_height");
            root.Copy("data.preprocessing.target_width", config, $"{To}.max_width");
        }

        // SLEAP cuts crops out of the scaled image. Here they are cut out first, and are scaled then.
        var scale = root.SetKeys("model.heads").Any(head => head is "centered_instance" or "multi_class_topdown") ? config.DataConfig.Preprocessing.Scale : 1;
        double Unscaled(double sidePx) => Math.Ceiling(Math.Round(sidePx / scale, 6));
        root.Copy("data.instance_cropping.crop_size", config, $"{To}.crop_size", Unscaled);
        root.Copy("data.instance_cropping.crop_size_detection_padding", config, $"{To}.crop_padding", Unscaled);
    }

    private static void ConvertAugmentation(LegacyJson root, SleapConfig config, ICollection<ConfigFinding>? notes)
    {
        const string From = "optimization.augmentation_config";
        const string Intensity = "data_config.augmentation_config.intensity";
        foreach (var (from, to) in Noise)
        {
            root.Copy($"{From}.{from}", config, $"{Intensity}.{to}", value => Math.Clamp(value / FullRange, 0, 1));
        }

        // The factor that changes the middle grey by as many levels as are added in SLEAP.
        root.Copy($"{From}.brightness_min_val", config, $"{Intensity}.brightness_min", value => Math.Clamp(1 + (value / (FullRange / 2)), 0, 2));
        root.Copy($"{From}.brightness_max_val", config, $"{Intensity}.brightness_max", value => Math.Clamp(1 + (value / (FullRange / 2)), 0, 2));
        Note(notes, root[$"{From}.uniform_noise"] is true && root[$"{From}.uniform_noise_min_val"] is double and < 0, $"{Intensity}.uniform_noise_min", "Noise that darkens has no counterpart: the smallest is 0.");
        Note(notes, root[$"{From}.contrast"] is true, $"{Intensity}.contrast_min", "contrast_min_gamma and contrast_max_gamma are exponents in SLEAP. They are kept as factors, which stretch about the middle grey.");
        Note(notes, root[$"{From}.brightness"] is true, $"{Intensity}.brightness_min", "SLEAP adds to the brightness. Here it is multiplied, by factors that change the middle grey as much.");
        var intensity = config.DataConfig.AugmentationConfig!.Intensity!;
        intensity.UniformNoiseP = Probability(root, $"{From}.uniform_noise");
        intensity.GaussianNoiseP = Probability(root, $"{From}.gaussian_noise");
        intensity.ContrastP = Probability(root, $"{From}.contrast");
        intensity.BrightnessP = Probability(root, $"{From}.brightness");
        var geometric = config.DataConfig.AugmentationConfig.Geometric!;
        geometric.RotationP = Probability(root, $"{From}.rotate");
        geometric.ScaleP = Probability(root, $"{From}.scale");
        geometric.AffineP = Math.Max(geometric.RotationP.Value, geometric.ScaleP.Value);
        var flips = root[$"{From}.random_flip"] is true;
        var horizontally = root[$"{From}.flip_horizontal"] is not false;
        geometric.FlipP = flips && horizontally ? 0.5 : 0.0;
        Note(notes, flips && !horizontally, "data_config.augmentation_config.geometric.flip_p", "Reflections upside down have no counterpart and are left out.");
        Note(notes, root[$"{From}.translate"] is true, "data_config.augmentation_config.geometric.translate_p", "Shifts by pixels have no counterpart and are left out; translate_width and translate_height are fractions of the image.");
    }

    private static double Probability(LegacyJson root, string path) => root[path] is true ? 1.0 : 0.0;

    private static void ConvertTrainer(LegacyJson root, SleapConfig config)
    {
        // What SLEAP calls adam is the variant AMSGrad.
        config.TrainerConfig.Optimizer.Amsgrad = root["optimization.optimizer"] is "adam" or "Adam";

        // In SLEAP a number of batches overrules the least number; here it is the other way round.
        if (config.TrainerConfig.TrainStepsPerEpoch is { } steps)
        {
            config.TrainerConfig.MinTrainStepsPerEpoch = Math.Min(config.TrainerConfig.MinTrainStepsPerEpoch, steps);
        }

        if (root["outputs.checkpointing.every_epoch"] is true)
        {
            config.TrainerConfig.ModelCkpt.SaveTopK = -1;
        }

        const string Schedule = "optimization.learning_rate_schedule";
        if (root[$"{Schedule}.reduce_on_plateau"] is true)
        {
            // SLEAP compares with the best loss by difference, as Keras does.
            config.TrainerConfig.LrScheduler = new() { ReduceLrOnPlateau = new() { ThresholdMode = "abs" } };
            foreach (var (from, to) in Plateau)
            {
                root.Copy($"{Schedule}.{from}", config, $"trainer_config.lr_scheduler.reduce_lr_on_plateau.{to}");
            }
        }

        if (root["outputs.runs_folder"] is string folder)
        {
            config.TrainerConfig.CkptDir = folder.Replace('\\', '/');
        }

        var run = $"{root["outputs.run_name_prefix"]}{root["outputs.run_name"]}{root["outputs.run_name_suffix"]}";
        config.TrainerConfig.RunName = run.Length > 0 ? run : null;
        if (root["outputs.zmq.subscribe_to_controller"] is true)
        {
            root.Copy("outputs.zmq.controller_address", config, "trainer_config.zmq.controller_address");
        }

        if (root["outputs.zmq.publish_updates"] is true)
        {
            root.Copy("outputs.zmq.publish_address", config, "trainer_config.zmq.publish_address");
        }
    }
}
