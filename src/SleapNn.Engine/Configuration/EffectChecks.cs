namespace SleapNn.Configuration;

/// <summary>Names the settings that are understood but do nothing in a run, so that nobody waits for it.</summary>
internal static class EffectChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        Warn(
            config.DataConfig.UseNegativeFrames && config.ModelConfig.HeadConfigs.GetActiveName() is "centered_instance" or "multi_class_topdown",
            "data_config.use_negative_frames", "models of crops see no frames without animals, as in sleap-nn.", "Set it to false.");
        var trainer = config.TrainerConfig;
        Warn(
            trainer.TrainStepsPerEpoch < trainer.MinTrainStepsPerEpoch,
            "trainer_config.train_steps_per_epoch", $"an epoch has at least the {trainer.MinTrainStepsPerEpoch} steps of min_train_steps_per_epoch.", $"Set min_train_steps_per_epoch to {trainer.TrainStepsPerEpoch} or less.");
        Warn(
            trainer.OnlineHardKeypointMining is { OnlineMining: true } && config.ModelConfig.HeadConfigs.Centroid is not null,
            "trainer_config.online_hard_keypoint_mining.online_mining", "a centroid model has one map and so no hard keypoints.", "Set it to false.");

        void Warn(bool isAskedFor, string path, string instead, string fix)
        {
            if (isAskedFor)
            {
                findings.Warning(path, $"{path} has no effect: {instead}", fix);
            }
        }
    }
}
