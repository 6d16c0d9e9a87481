namespace SleapNn.Configuration;

/// <summary>Checks the data's section.</summary>
internal static class DataChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        var data = config.DataConfig;
        const string Path = "data_config";
        if (data.TrainLabelsPath.Count == 0)
        {
            findings.Warning($"{Path}.train_labels_path", "No training labels are named.", "Name the .slp files, unless labels are given to the training itself.");
        }

        var split = data.ValLabelsPath is not { Count: > 0 } && !data.UseSameDataForVal;
        if (split && data.ValidationFraction is <= 0 or >= 1)
        {
            findings.Error($"{Path}.validation_fraction", data.ValidationFraction <= 0 ? "Nothing is left for validation." : "Nothing is left for training.", "Choose a fraction between 0 and 1, or name validation files in val_labels_path.");
        }

        if (data.UseSameDataForVal && data.ValLabelsPath is { Count: > 0 })
        {
            findings.Warning($"{Path}.val_labels_path", "The validation files have no effect while use_same_data_for_val is true.", "Set use_same_data_for_val to false.");
        }

        CheckPreprocessing(config, findings);
        CheckAugmentation(data, findings);
    }

    private static void CheckPreprocessing(SleapConfig config, ConfigFindings findings)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        const string Path = "data_config.preprocessing";
        if (preprocessing is { EnsureRgb: true, EnsureGrayscale: true })
        {
            findings.Error($"{Path}.ensure_rgb", "Images can not have one channel and three.", "Set ensure_rgb or ensure_grayscale to false.");
        }

        if (preprocessing.CropHw is { Count: 2 } crop)
        {
            if (crop[0] != crop[1])
            {
                findings.Warning($"{Path}.crop_hw", $"The crop of {crop[0]} x {crop[1]} is not square: sleap-nn from 0.0.2 on takes square crops only and can not open the saved file.", "Give crop_size, unless only this module is to use the file.");
            }

            if (config.ModelConfig.BackboneConfig.GetActive()?.MaxStride is { } stride && crop.Exists(side => side % stride != 0))
            {
                findings.Information($"{Path}.crop_size", $"Crops of {crop[0]} x {crop[1]} are padded to multiples of the largest stride, {stride}.", $"Choose multiples of {stride} to waste nothing.");
            }

            if (config.ModelConfig.HeadConfigs is { CenteredInstance: null, MultiClassTopdown: null })
            {
                findings.Information($"{Path}.crop_size", "A crop has an effect with the heads centered_instance and multi_class_topdown only.", "Set it to null.");
            }
        }
    }

    private static void CheckAugmentation(DataConfig data, ConfigFindings findings)
    {
        const string Path = "data_config.augmentation_config";
        var intensity = data.AugmentationConfig?.Intensity;
        var geometric = data.AugmentationConfig?.Geometric;
        if (data.UseAugmentationsTrain && !IsActive(intensity) && !IsActive(geometric))
        {
            findings.Warning(Path, "Augmentation is asked for, but no augmentation has a probability above 0.", "Set affine_p, or the probability (…_p) of another augmentation, or set use_augmentations_train to false.");
        }

        if (!data.UseAugmentationsTrain && (IsActive(intensity) || IsActive(geometric)))
        {
            findings.Warning(Path, "The augmentations have no effect while use_augmentations_train is false.", "Set use_augmentations_train to true.");
        }

        if (intensity is not null)
        {
            Ordered($"{Path}.intensity", "uniform_noise", intensity.UniformNoiseMin, intensity.UniformNoiseMax, findings);
            Ordered($"{Path}.intensity", "contrast", intensity.ContrastMin, intensity.ContrastMax, findings);
            Ordered($"{Path}.intensity", "brightness", intensity.BrightnessMin, intensity.BrightnessMax, findings);
            if (intensity is { GaussianNoiseP: > 0, GaussianNoiseStd: >= 0.5 })
            {
                findings.Warning($"{Path}.intensity.gaussian_noise_std", $"Noise with a standard deviation of {ConfigFindings.Text(intensity.GaussianNoiseStd)} times the full intensity range drowns the image.", "Choose a value such as 0.02.");
            }
        }

        if (geometric is not null)
        {
            Ordered($"{Path}.geometric", "rotation", geometric.RotationMin, geometric.RotationMax, findings);
            Ordered($"{Path}.geometric", "scale", geometric.ScaleMin, geometric.ScaleMax, findings);
            Ordered($"{Path}.geometric", "erase_scale", geometric.EraseScaleMin, geometric.EraseScaleMax, findings);
            Ordered($"{Path}.geometric", "erase_ratio", geometric.EraseRatioMin, geometric.EraseRatioMax, findings);
            Ordered($"{Path}.geometric", "mixup_lambda", geometric.MixupLambdaMin, geometric.MixupLambdaMax, findings);
            if (geometric.ScaleMax <= 0)
            {
                findings.Error($"{Path}.geometric.scale_max", "Nothing is left of an image that is scaled by 0.", "Choose factors around 1, such as 0.9 and 1.1.");
            }

            if (geometric is { TranslateP: > 0, TranslateWidth: 0, TranslateHeight: 0 })
            {
                findings.Warning($"{Path}.geometric.translate_p", "Shifts are asked for, but translate_width and translate_height are 0.", "Set them to fractions of the image such as 0.1.");
            }
        }
    }

    private static bool IsActive(IntensityConfig? section) =>
        section is { UniformNoiseP: > 0 } or { GaussianNoiseP: > 0 } or { ContrastP: > 0 } or { BrightnessP: > 0 };

    private static bool IsActive(GeometricConfig? section) =>
        section is { AffineP: > 0 } or { RotationP: > 0 } or { ScaleP: > 0 } or { TranslateP: > 0 } or { EraseP: > 0 } or { MixupP: > 0 } or { FlipP: > 0 };

    private static void Ordered(string path, string name, double min, double max, ConfigFindings findings)
    {
        if (min > max)
        {
            findings.Error($"{path}.{name}_min", $"{name}_min ({ConfigFindings.Text(min)}) is larger than {name}_max ({ConfigFindings.Text(max)}).", "Swap the two.");
        }
    }
}
