using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>All animals at once, each with its identity: local peaks of every node, told apart by the class maps under them.</summary>
public sealed class MultiClassBottomUpPipeline : IPosePipeline
{
    private readonly ModelStage stage;
    private readonly PredictionOptions options;
    private readonly int outputStride;
    private readonly int classStride;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="stage">A multi-class bottom-up model.</param>
    /// <param name="options">How peaks are found.</param>
    public MultiClassBottomUpPipeline(ModelStage stage, PredictionOptions options)
    {
        this.stage = stage;
        this.options = options;
        var head = stage.Config.ModelConfig.HeadConfigs.MultiClassBottomup!;
        (outputStride, classStride) = (head.Confmaps!.OutputStride, head.ClassMaps!.OutputStride);
        Classes = head.ClassMaps.Classes ?? [];
        Skeleton = ModelSkeleton.Of(stage.Config);
    }

    /// <inheritdoc/>
    public string Kind => "multi_class_bottomup";

    /// <inheritdoc/>
    public Skeleton Skeleton { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var scope = NewDisposeScope();
        return Begin(stage.Prepare(frames));
    }

    /// <summary>Starts to find the animals in frames that went through the model's preprocessing.</summary>
    /// <param name="input">The model's input.</param>
    /// <returns>The rest: for each frame its animals in the order of the classes. Scores are means over the nodes that were found.</returns>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(StageInput input)
    {
        var outputs = stage.Forward(input.Image);
        var (confidence, classes) = (outputs["MultiInstanceConfmapsHead"], outputs["ClassMapsHead"]);
        return () => [.. LocalPoses.Of(confidence, options.Peaks, outputStride).Select((peaks, sample) =>
            LocalPoses.Limit(LocalPoses.ToFrame(Poses(peaks, Probabilities(peaks, classes, sample)), input), options.MaxInstances))];
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();

    private double[,] Probabilities(List<PafPeak> peaks, MapStack classes, int sample)
    {
        var probabilities = new double[peaks.Count, classes.Channels];
        for (var i = 0; i < peaks.Count; i++)
        {
            var column = Math.Clamp((int)MathF.Round(peaks[i].X / classStride), 0, classes.Width - 1);
            var row = Math.Clamp((int)MathF.Round(peaks[i].Y / classStride), 0, classes.Height - 1);
            for (var k = 0; k < classes.Channels; k++)
            {
                probabilities[i, k] = classes.Plane(sample, k)[(row * classes.Width) + column];
            }
        }

        return probabilities;
    }

    private IEnumerable<DetectedPose> Poses(List<PafPeak> peaks, double[,] probabilities)
    {
        var grouped = ClassAssignment.GroupPeaks(peaks, probabilities, Skeleton.Nodes.Count);
        for (var k = 0; k < grouped.GetLength(0); k++)
        {
            var points = new PosePoint[Skeleton.Nodes.Count];
            var (scores, classScores) = (new List<double>(), new List<double>());
            for (var node = 0; node < points.Length; node++)
            {
                points[node] = PosePoint.Missing;
                if (grouped[k, node] is >= 0 and var i)
                {
                    points[node] = new PosePoint(peaks[i].X, peaks[i].Y, Score: peaks[i].Value);
                    scores.Add(peaks[i].Value);
                    classScores.Add(probabilities[i, k]);
                }
            }

            if (scores.Count > 0)
            {
                yield return new DetectedPose(points, scores.Average(), k, classScores.Average());
            }
        }
    }
}
