using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Adds up the memory of the tensors that a network makes between its layers while it runs on this thread.</summary>
internal sealed class ActivationMeter : IDisposable
{
    [ThreadStatic]
    private static ActivationMeter? current;

    private readonly List<(Tensor Tensor, long Bytes)> alive = [];

    private ActivationMeter()
    {
    }

    /// <summary>The most that was alive at once where nothing is kept for gradients.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>What is kept until the gradients are computed.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>The largest single tensor.</summary>
    public long LargestBytes { get; private set; }

    /// <summary>Starts to watch this thread.</summary>
    /// <returns>The meter; dispose it to stop.</returns>
    public static ActivationMeter Start() => current = new ActivationMeter();

    /// <summary>Takes note of a tensor that has memory of its own.</summary>
    /// <param name="tensor">The tensor, which is given back.</param>
    /// <param name="isKept">Whether training keeps it for the gradients.</param>
    /// <param name="extraBytesPerElement">What training keeps besides it, such as the positions of maxima.</param>
    public static Tensor Note(Tensor tensor, bool isKept = true, int extraBytesPerElement = 0)
    {
        current?.Add(tensor, isKept, extraBytesPerElement);
        return tensor;
    }

    /// <summary>Stops watching.</summary>
    public void Dispose() => current = null;

    private void Add(Tensor tensor, bool isKept, int extraBytesPerElement)
    {
        var bytes = tensor.numel() * tensor.element_size();
        alive.RemoveAll(entry => entry.Tensor.IsInvalid);
        alive.Add((tensor, bytes));
        PeakBytes = Math.Max(PeakBytes, alive.Sum(entry => entry.Bytes));
        LargestBytes = Math.Max(LargestBytes, bytes);
        KeptBytes += (isKept ? bytes : 0) + (tensor.numel() * extraBytesPerElement);
    }
}
