using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>A centroid model alone: each animal is one point.</summary>
public sealed class CentroidPipeline : IPosePipeline
{
    private readonly CentroidStage centroids;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="centroids">The centroid model.</param>
    public CentroidPipeline(CentroidStage centroids)
    {
        this.centroids = centroids;
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
    public IReadOnlyList<DetectedPose>[] Detect(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var (found, matchScale) = centroids.Detect(frames);
        return [.. found.Select(peaks => (IReadOnlyList<DetectedPose>)[.. peaks.Select(peak =>
            new DetectedPose([new PosePoint(peak.X / matchScale, peak.Y / matchScale, Score: peak.Value)], peak.Value))])];
    }

    /// <inheritdoc/>
    public void Dispose() => centroids.Dispose();
}
