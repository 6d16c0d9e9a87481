using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Frames as a model takes them, and how to come back from its pixels to those of the frame.</summary>
/// <param name="Image">(batch, channels, height, width).</param>
/// <param name="InputScale">The factor of the model's configuration by which the matched image was resized.</param>
/// <param name="MatchScale">The factor by which the frame was resized to fit the model's maximum size.</param>
public sealed record StageInput(Tensor Image, double InputScale, double MatchScale)
{
    /// <summary>Turns grid points of a map into pixels of the frame.</summary>
    /// <param name="gridPoint">A coordinate in grid points of a map.</param>
    /// <param name="outputStride">The map's stride in pixels of the model's input.</param>
    /// <returns>The coordinate in pixels of the frame.</returns>
    public double ToFrame(double gridPoint, int outputStride) => gridPoint * outputStride / InputScale / MatchScale;
}
