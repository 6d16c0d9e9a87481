using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>A centroid model alone: each animal is one point.</summary>
public sealed class CentroidPipeline : IPosePipeline
{
    private readonly CentroidStage stage;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="stage">The centroid model.</param>
    public CentroidPipeline(CentroidStage stage)
    {
        this.stage = stage;
        Skeleton = new Skeleton { Name = "centroid" };
        Skeleton.Nodes.Add("centroid");
    }

    /// <inheritdoc/>
    public string Kind => "centroid";

    /// <inheritdoc/>
    public Skeleton Skeleton { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        var (find, matchScale) = stage.Begin(frames);
        return () => [.. find().Select(peaks => (IReadOnlyList<DetectedPose>)[.. peaks.Select(peak =>
            new DetectedPose([new PosePoint(peak.X / matchScale, peak.Y / matchScale, Score: peak.Value)], peak.Value))])];
    }

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();
}
