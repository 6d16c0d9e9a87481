namespace SleapNn.Checkpoints;

/// <summary>An array of numbers of a NumPy file.</summary>
/// <param name="Shape">The length of each dimension.</param>
/// <param name="Values">The numbers in C order, in single precision.</param>
internal sealed record NumpyNumbers(long[] Shape, float[] Values);
