using SleapNn.Configuration;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>One animal a frame: each node is at the highest point of its confidence map.</summary>
public sealed class SingleInstancePipeline : IPosePipeline
{
    private const string Head = "SingleInstanceConfmapsHead";
    private readonly ModelStage stage;
    private readonly int outputStride;
    private readonly PeakOptions peaks;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="stage">A single-instance model.</param>
    /// <param name="options">How peaks are found.</param>
    public SingleInstancePipeline(ModelStage stage, PredictionOptions options)
    {
        this.stage = stage;
        peaks = options.Peaks;
        var head = stage.Config.ModelConfig.HeadConfigs.SingleInstance!.Confmaps!;
        outputStride = head.OutputStride;
        Skeleton = ModelSkeleton.Of(stage.Config);
    }

    /// <inheritdoc/>
    public string Kind => "single_instance";

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
    /// <returns>The rest: for each frame its animal, or none where no node was found. The score is the sum of the nodes' values.</returns>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(StageInput input)
    {
        var maps = stage.Forward(input.Image)[Head];
        return () => [.. GlobalPoses.Of(maps, peaks, (x, y, _) => (input.ToFrame(x, outputStride), input.ToFrame(y, outputStride)))
            .Select(points => points.Any(point => point.HasPosition)
                ? (IReadOnlyList<DetectedPose>)[new DetectedPose(points, points.Sum(point => point.Score))]
                : [])];
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();
}
