using SleapNn.Configuration;

namespace SleapNn.Inference;

/// <summary>Chooses the pipeline that fits some models.</summary>
public static class PipelineBuilder
{
    /// <summary>Joins models into a pipeline. The pipeline owns them from then on.</summary>
    /// <param name="configs">The configurations of one model, or of a centroid model and one that works on crops, in any order.</param>
    /// <param name="stageOf">Gives the model of a configuration, by its position.</param>
    /// <param name="options">How the prediction is run.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="PredictionException">The models do not make a pipeline together (ModelCombination).</exception>
    public static IPosePipeline Create(IReadOnlyList<SleapConfig> configs, Func<int, ModelStage> stageOf, PredictionOptions options)
    {
        var kinds = configs.Select(KindOf).ToArray();
        return kinds switch
        {
            ["single_instance"] => new SingleInstancePipeline(stageOf(0), options),
            ["bottomup"] => new BottomUpPipeline(stageOf(0), options),
            ["multi_class_bottomup"] => new MultiClassBottomUpPipeline(stageOf(0), options),
            ["centroid"] => new CentroidPipeline(Centroids(0)),
            ["centroid", "centered_instance" or "multi_class_topdown"] => new TopDownPipeline(Centroids(0), stageOf(1), options),
            ["centered_instance" or "multi_class_topdown", "centroid"] => new TopDownPipeline(Centroids(1), stageOf(0), options),
            ["centered_instance" or "multi_class_topdown"] => new TopDownPipeline(null, stageOf(0), options),
            [] => throw Combination("No model was given."),
            _ => throw Combination(
                $"The models ({string.Join(" + ", kinds)}) do not go together. One model of the kinds single_instance, bottomup, "
                + "multi_class_bottomup or centroid works alone; a centroid model works with one centered_instance or multi_class_topdown model, "
                + "and one of these works alone on labels that say where the animals are."),
        };

        CentroidStage Centroids(int i) => new(stageOf(i), options);
        PredictionException Combination(string message) => new("ModelCombination", message, kinds);
    }

    private static string KindOf(SleapConfig config) => config.ModelConfig.HeadConfigs.GetActiveName()
        ?? throw new PredictionException("ModelWithoutHead", $"The model's configuration{(config.Filename is { Length: > 0 } name ? $" ('{name}')" : "")} has no head.", config);
}
