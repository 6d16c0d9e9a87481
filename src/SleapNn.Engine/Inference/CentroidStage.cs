using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Finds where animals are: the first stage of top-down models.</summary>
public sealed class CentroidStage : IDisposable
{
    private readonly ModelStage stage;
    private readonly PredictionOptions options;
    private readonly int outputStride;

    /// <summary>Creates the stage.</summary>
    /// <param name="stage">A centroid model.</param>
    /// <param name="options">How peaks are found and how many stay.</param>
    public CentroidStage(ModelStage stage, PredictionOptions options)
    {
        this.stage = stage;
        this.options = options;
        outputStride = stage.Config.ModelConfig.HeadConfigs.Centroid!.Confmaps!.OutputStride;
    }

    /// <summary>Starts to find the centroids of some frames: runs the model.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width).</param>
    /// <returns>
    /// The rest, which gives for each frame its centroids in pixels of the frame as matched to the model's size, and the factor
    /// of that matching.
    /// </returns>
    public (Func<IReadOnlyList<PafPeak>[]> Find, double MatchScale) Begin(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var input = stage.Prepare(frames);
        var maps = stage.Forward(input.Image)["CentroidConfmapsHead"];
        var scale = (float)input.InputScale;
        return (() => [.. LocalPoses.Of(maps, options.CentroidPeaks, outputStride).Select(peaks =>
        {
            var inMatched = peaks.Select(peak => peak with { X = peak.X / scale, Y = peak.Y / scale }).ToArray();
            return options.MaxInstances is { } most && inMatched.Length > most
                ? (IReadOnlyList<PafPeak>)[.. inMatched.OrderByDescending(peak => peak.Value).Take(most)]
                : inMatched;
        })], input.MatchScale);
    }

    /// <summary>Fits frames to the model's maximum size, in the channels that they have: crops are taken from these.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width).</param>
    /// <returns>The frames, which the caller owns, and the factor by which coordinates grew.</returns>
    public (Tensor Frames, double MatchScale) Match(Tensor frames) => stage.Match(frames);

    /// <inheritdoc/>
    public void Dispose() => stage.Dispose();
}
