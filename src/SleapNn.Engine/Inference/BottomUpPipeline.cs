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
    public IReadOnlyList<DetectedPose>[] Detect(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var scope = NewDisposeScope();
        return Detect(stage.Prepare(frames));
    }

    /// <summary>Finds the animals in frames that went through the model's preprocessing.</summary>
    /// <param name="input">The model's input.</param>
    /// <returns>For each frame its animals. The score is the sum of the scores of the edges.</returns>
    public IReadOnlyList<DetectedPose>[] Detect(StageInput input)
    {
        using var scope = NewDisposeScope();
        var outputs = stage.Forward(input.Image);
        var fields = outputs["PartAffinityFieldsHead"].contiguous();
        var (height, width) = ((int)fields.shape[2], (int)fields.shape[3]);
        var size = (int)fields.shape[1] * height * width;
        var values = fields.data<float>().ToArray();
        return [.. LocalPoses.Of(outputs["MultiInstanceConfmapsHead"], options.Peaks, outputStride).Select((peaks, i) =>
        {
            var poses = grouping.Group(peaks, values.AsSpan(i * size, size), height, width);
            return LocalPoses.Limit(LocalPoses.ToFrame(poses, input), options.MaxInstances);
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();
}
