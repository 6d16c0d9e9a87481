namespace SleapNn.Configuration;

/// <summary>Names the settings that are understood but do not do their work yet, so that nobody waits for it.</summary>
internal static class EffectChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        var (data, trainer) = (config.DataConfig, config.TrainerConfig);
        Warn(trainer.UseWandb, "trainer_config.use_wandb", "nothing is logged to Weights and Biases.", "Set it to false.");
        Warn(trainer.VisualizePredsDuringTraining, "trainer_config.visualize_preds_during_training", "no pictures are written.", "Set it to false.");
        Warn(trainer.Profiler is not null, "trainer_config.profiler", "there is no profiler.", "Set it to null.");
        Warn(trainer.Eval.Enabled, "trainer_config.eval", "the run is not evaluated while it goes on.", "Measure the run when it has ended.");
        Warn(
            trainer.Zmq is { PublishAddress: not null } or { ControllerAddress: not null },
            "trainer_config.zmq", "nothing is published, and no one can stop the run by it.", "Set its addresses to null.");
        Warn(
            trainer.ModelCkpt is not { Monitor: "val/loss" or "val_loss", Mode: "min" },
            "trainer_config.model_ckpt.monitor", "the best checkpoint is the one with the smallest validation loss.", "Set monitor to val/loss and mode to min.");
        Warn(data.TestFilePath is { Count: > 0 }, "data_config.test_file_path", "it is not predicted on.", "Predict on it when the run has ended.");
        Warn(data.UseNegativeFrames, "data_config.use_negative_frames", "empty frames are left out.", "Set it to false.");
        Warn(
            data.DataPipelineFw == "torch_dataset_cache_img_disk",
            "data_config.data_pipeline_fw", "torch_dataset_cache_img_disk keeps frames in memory, not on disk.", "Set it to torch_dataset_cache_img_memory.");
        Warn(data.CacheWorkers > 0, "data_config.cache_workers", "the cache fills as frames are needed.", "Set it to 0.");

        void Warn(bool isAskedFor, string path, string instead, string fix)
        {
            if (isAskedFor)
            {
                findings.Warning(path, $"{path} has no effect yet: {instead}", fix);
            }
        }
    }
}
