namespace SleapNn.Checkpoints;

/// <summary>The weights of one Keras layer as they lie in its file.</summary>
/// <param name="KernelShape">(height, width, in, out) of a convolution, (height, width, out, in) of a transposed one, (in, out) of a dense layer.</param>
/// <param name="Kernel">The kernel's values in that order.</param>
/// <param name="Bias">The bias, one value for each output channel.</param>
public sealed record KerasLayer(IReadOnlyList<long> KernelShape, float[] Kernel, float[] Bias);
