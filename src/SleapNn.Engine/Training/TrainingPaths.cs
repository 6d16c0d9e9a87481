using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>The paths in a configuration.</summary>
internal static class TrainingPaths
{
    /// <summary>Makes all paths full, so that a run can begin or go on from any folder.</summary>
    /// <param name="config">The configuration, which is changed.</param>
    /// <param name="basePath">The folder that relative paths start from.</param>
    public static void MakeFull(SleapConfig config, string basePath)
    {
        var data = config.DataConfig;
        data.TrainLabelsPath = Full(data.TrainLabelsPath);
        data.ValLabelsPath = data.ValLabelsPath is null ? null : Full(data.ValLabelsPath);
        data.TestFilePath = data.TestFilePath is null ? null : Full(data.TestFilePath);
        data.CacheImgPath = FullOrNull(data.CacheImgPath);
        config.ModelConfig.PretrainedBackboneWeights = FullOrNull(config.ModelConfig.PretrainedBackboneWeights);
        config.ModelConfig.PretrainedHeadWeights = FullOrNull(config.ModelConfig.PretrainedHeadWeights);
        config.TrainerConfig.ResumeCkptPath = FullOrNull(config.TrainerConfig.ResumeCkptPath);

        List<string> Full(List<string> paths) => paths.ConvertAll(path => Path.GetFullPath(path, basePath));
        string? FullOrNull(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, basePath);
    }
}
