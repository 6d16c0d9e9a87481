using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>All animals at once: local peaks of every node, joined along part affinity fields.</summary>
public sealed class BottomUpPipeline : IPosePipeline
{
    private readonly ModelStage stage;
    private readonly PredictionOptions options;
    private readonly int outputStride;
    private readonly PafGrouping grouping;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="stage">A bottom-up model.</param>
    /// <param name="options">How peaks are found and joined.</param>
    public BottomUpPipeline(ModelStage stage, PredictionOptions options)
    {
        this.stage = stage;
        this.options = options;
        var head = stage.Config.ModelConfig.HeadConfigs.Bottomup!;
        outputStride = head.Confmaps!.OutputStride;
        Skeleton = ModelSkeleton.Of(stage.Config);
        var edges = head.Pafs!.Edges is { } named
            ? [.. named.Select(edge => new SkeletonEdge(Skeleton.IndexOf(edge[0]), Skeleton.IndexOf(edge[1])))]
            : Skeleton.Edges;
        grouping = new PafGrouping(Skeleton.Nodes.Count, edges, head.Pafs.OutputStride, options.Grouping);
    }

    /// <inheritdoc/>
    public string Kind => "bottomup";

    /// <inheritdoc/>
    public Skeleton Skeleton { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var scope = NewDisposeScope();
        return Begin(stage.Prepare(frames));
    }

    /// <summary>Starts to find the animals in frames that went through the model's preprocessing.</summary>
    /// <param name="input">The model's input.</param>
    /// <returns>The rest: for each frame its animals. The score is the sum of the scores of the edges.</returns>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(StageInput input)
    {
        var outputs = stage.Forward(input.Image);
        var (maps, fields) = (outputs["MultiInstanceConfmapsHead"], outputs["PartAffinityFieldsHead"]);
        return () => [.. LocalPoses.Of(maps, options.Peaks, outputStride).Select((peaks, i) =>
        {
            var poses = grouping.Group(peaks, fields.Sample(i), fields.Height, fields.Width);
            return LocalPoses.Limit(LocalPoses.ToFrame(poses, input), options.MaxInstances);
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();
}
