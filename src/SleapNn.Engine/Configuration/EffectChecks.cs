namespace SleapNn.Configuration;

/// <summary>Names the settings that are understood but do nothing in a run, so that nobody waits for it.</summary>
internal static class EffectChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        Warn(
            config.DataConfig.UseNegativeFrames && config.ModelConfig.HeadConfigs.GetActiveName() is "centered_instance" or "multi_class_topdown",
            "data_config.use_negative_frames", "models of crops see no frames without animals, as in sleap-nn.", "Set it to false.");

        void Warn(bool isAskedFor, string path, string instead, string fix)
        {
            if (isAskedFor)
            {
                findings.Warning(path, $"{path} has no effect: {instead}", fix);
            }
        }
    }
}
