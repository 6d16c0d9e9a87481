using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SleapNn.Runtime;

/// <summary>Moves values out of tensors in one copy; TorchSharp's accessors go element by element.</summary>
internal static class TensorValues
{
    /// <summary>Copies all values, in the order of the tensor's dimensions.</summary>
    /// <typeparam name="T">The type that the tensor's elements have.</typeparam>
    /// <param name="tensor">The tensor, on any device and in any memory order.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="ArgumentException">The tensor's elements have another size than <typeparamref name="T"/>.</exception>
    public static T[] Of<T>(Tensor tensor)
        where T : unmanaged
    {
        if (tensor.element_size() != Marshal.SizeOf<T>())
        {
            throw new ArgumentException($"A tensor of {tensor.dtype} does not hold values of {typeof(T).Name}.", nameof(tensor));
        }

        using var onCpu = tensor.cpu();
        using var contiguous = onCpu.contiguous();
        var values = GC.AllocateUninitializedArray<T>(checked((int)tensor.numel()));
        contiguous.bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
