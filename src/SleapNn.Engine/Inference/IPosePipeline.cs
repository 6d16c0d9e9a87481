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

    /// <summary>Finds the animals of some frames of one size.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width), on the CPU.</param>
    /// <returns>For each frame its animals.</returns>
    IReadOnlyList<DetectedPose>[] Detect(Tensor frames);
}
