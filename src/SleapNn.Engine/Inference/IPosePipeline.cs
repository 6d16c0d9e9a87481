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

    /// <summary>
    /// Starts to find the animals of some frames of one size: runs the models. What it returns does the rest, without a
    /// model, so that another thread may do it while the next frames go through the models.
    /// </summary>
    /// <param name="frames">8-bit, (batch, channels, height, width), on the CPU.</param>
    /// <param name="centroids">
    /// For each frame where its animals are, in pixels of the frame. Pipelines that find animals by themselves do not need
    /// it (<see cref="NeedsCentroids"/>).
    /// </param>
    /// <returns>The rest of the work: for each frame its animals.</returns>
    Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null);
}
