using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Peaks of many confidence maps in one list.</summary>
/// <param name="Points">(peaks, 2) as (x, y), in grid points of the map.</param>
/// <param name="Values">(peaks), the map's values.</param>
/// <param name="Samples">(peaks), int64: the sample in the batch.</param>
/// <param name="Channels">(peaks), int64: the channel, which is the node.</param>
public sealed record LocalPeaks(Tensor Points, Tensor Values, Tensor Samples, Tensor Channels) : IDisposable
{
    /// <summary>How many there are.</summary>
    public long Count => Points.shape[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        Points.Dispose();
        Values.Dispose();
        Samples.Dispose();
        Channels.Dispose();
    }
}
