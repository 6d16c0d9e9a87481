using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>One or more models that together turn frames into animals.</summary>
public interface IPosePipeline : IDisposable
{
    /// <summary>The kind of pipeline, in sleap-nn's words: <c>single_instance</c>, <c>centroid</c>, <c>topdown</c>, <c>bottomup</c>, ...</summary>
    string Kind { get; }

    /// <summary>The skeleton of the animals found.</summary>
    Skeleton Skeleton { get; }

    /// <summary>The names of the identities that the pipeline tells apart; empty where it tells none.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Whether the pipeline only works where centroids are given with the frames.</summary>
    bool NeedsCentroids => false;

    /// <summary>The node that given centroids stand for, or null where they stand for the middle of the bounding box.</summary>
    string? AnchorPart => null;

    /// <summary>Finds the animals of some frames of one size.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width), on the CPU.</param>
    /// <param name="centroids">
    /// For each frame where its animals are, in pixels of the frame. Pipelines that find animals by themselves do not need
    /// it (<see cref="NeedsCentroids"/>).
    /// </param>
    /// <returns>For each frame its animals.</returns>
    IReadOnlyList<DetectedPose>[] Detect(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null);
}
