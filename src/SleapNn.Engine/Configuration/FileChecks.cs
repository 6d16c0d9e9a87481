namespace SleapNn.Configuration;

/// <summary>Checks the files and folders that a configuration names.</summary>
internal static class FileChecks
{
    public static void Check(SleapConfig config, string baseFolder, ConfigFindings findings)
    {
        var data = config.DataConfig;
        foreach (var path in data.TrainLabelsPath)
        {
            Labels("data_config.train_labels_path", path, baseFolder, findings);
        }

        foreach (var path in data.ValLabelsPath ?? [])
        {
            Labels("data_config.val_labels_path", path, baseFolder, findings);
            if (data.TrainLabelsPath.Contains(path))
            {
                findings.Warning("data_config.val_labels_path", $"'{path}' is both trained on and validated with.", "Take other labels for validation, or set use_same_data_for_val to true if that is meant.");
            }
        }

        foreach (var path in data.TestFilePath ?? [])
        {
            Exists("data_config.test_file_path", path, baseFolder, findings);
        }

        Weights("model_config.pretrained_backbone_weights", config.ModelConfig.PretrainedBackboneWeights, baseFolder, [".ckpt", ".h5"], findings);
        Weights("model_config.pretrained_head_weights", config.ModelConfig.PretrainedHeadWeights, baseFolder, [".ckpt", ".h5"], findings);
        Weights("trainer_config.resume_ckpt_path", config.TrainerConfig.ResumeCkptPath, baseFolder, [".ckpt"], findings);
        if (config.ModelConfig.BackboneConfig.Unet is null
            && (IsKeras(config.ModelConfig.PretrainedBackboneWeights) || IsKeras(config.ModelConfig.PretrainedHeadWeights)))
        {
            findings.Error("model_config.pretrained_backbone_weights", "Weights of SLEAP (.h5) fit a U-Net only.", "Set the backbone to unet, or take weights of a .ckpt file.");
        }

        Cache(config, baseFolder, findings);
        Run(config, baseFolder, findings);
    }

    private static bool IsKeras(string? path) => path is not null && path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase);

    private static void Cache(SleapConfig config, string baseFolder, ConfigFindings findings)
    {
        var data = config.DataConfig;
        if (!data.UseExistingImgs)
        {
            return;
        }

        const string Path = "data_config.use_existing_imgs";
        if (data.DataPipelineFw != "torch_dataset_cache_img_disk")
        {
            findings.Warning(Path, $"use_existing_imgs has no effect while data_pipeline_fw is {data.DataPipelineFw}.", "Set data_pipeline_fw to torch_dataset_cache_img_disk.");
        }
        else if (data.CacheImgPath is null)
        {
            findings.Error(Path, "Cached images are to be used, but cache_img_path does not say where they are.", "Set cache_img_path.");
        }
        else
        {
            foreach (var folder in new[] { "train_imgs", "val_imgs" }.Where(folder => !Directory.Exists(System.IO.Path.Combine(baseFolder, data.CacheImgPath, folder))))
            {
                findings.Error(Path, $"There is no folder '{folder}' in '{data.CacheImgPath}'.", "Name the folder that holds train_imgs and val_imgs, or set use_existing_imgs to false.");
            }
        }
    }

    private static void Run(SleapConfig config, string baseFolder, ConfigFindings findings)
    {
        var run = config.TrainerConfig.SaveCkptPath;
        if (run is not null && File.Exists(System.IO.Path.Combine(baseFolder, run, "best.ckpt")))
        {
            findings.Information("trainer_config.run_name", $"'{run}' holds a trained model already; a number is added to the new run's name.", "Choose another run_name.");
        }
    }

    private static void Labels(string key, string path, string baseFolder, ConfigFindings findings)
    {
        if (Exists(key, path, baseFolder, findings) && !path.EndsWith(".slp", StringComparison.OrdinalIgnoreCase))
        {
            findings.Warning(key, $"'{path}' does not look like a labels file (.slp).", "Name a .slp file.");
        }
    }

    private static void Weights(string key, string? path, string baseFolder, string[] extensions, ConfigFindings findings)
    {
        if (path is not null && Exists(key, path, baseFolder, findings) && !extensions.Contains(System.IO.Path.GetExtension(path).ToLowerInvariant()))
        {
            findings.Error(key, $"'{path}' is not a {string.Join(" or ", extensions)} file.", $"Name a {string.Join(" or ", extensions)} file.");
        }
    }

    private static bool Exists(string key, string path, string baseFolder, ConfigFindings findings)
    {
        if (System.IO.Path.Exists(System.IO.Path.Combine(baseFolder, path)))
        {
            return true;
        }

        findings.Error(key, $"There is no file '{path}'.", $"Correct the path, which is relative to '{baseFolder}' unless it is absolute.");
        return false;
    }
}
