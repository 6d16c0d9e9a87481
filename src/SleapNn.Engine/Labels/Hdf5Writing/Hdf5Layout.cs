namespace SleapNn.Hdf5;

/// <summary>How a dataset is stored.</summary>
/// <param name="MaxShape">The size that each dimension may grow to (-1: without limit); null where it cannot grow.</param>
/// <param name="Chunks">The size of a chunk in each dimension; null for one contiguous block.</param>
/// <param name="Deflate">The compression level of the chunks, 1 to 9; 0 for none.</param>
internal sealed record Hdf5Layout(IReadOnlyList<long>? MaxShape = null, IReadOnlyList<long>? Chunks = null, int Deflate = 0)
{
    private const long Unlimited = -1;
    private const double SmallestChunk = 8 << 10;
    private const double LargestChunk = 1 << 20;

    /// <summary>One block of a fixed size.</summary>
    public static Hdf5Layout Contiguous { get; } = new();

    /// <summary>A list that can grow without limit, in chunks of the size that h5py would choose.</summary>
    public static Hdf5Layout Growing(long count, int elementSize) => new([Unlimited], Guess([count], elementSize));

    /// <summary>An array of a fixed size, compressed, in chunks of the size that h5py would choose.</summary>
    public static Hdf5Layout Compressed(IReadOnlyList<long> shape, int elementSize, int deflate) => new(null, Guess(shape, elementSize), deflate);

    // h5py's rule: dimensions are halved in turn until a chunk is near a size that grows slowly with the array's.
    private static long[] Guess(IReadOnlyList<long> shape, int elementSize)
    {
        var chunk = shape.Select(length => length == 0 ? 1024.0 : length).ToArray();
        var total = chunk.Aggregate((double)elementSize, (size, length) => size * length);
        var target = Math.Clamp((16 << 10) * Math.Pow(2, Math.Log10(total / (1 << 20))), SmallestChunk, LargestChunk);
        for (var turn = 0; ; turn++)
        {
            var size = chunk.Aggregate((double)elementSize, (product, length) => product * length);
            if (((size < target || Math.Abs(size - target) / target < 0.5) && size < LargestChunk) || size <= elementSize)
            {
                return [.. chunk.Select(length => (long)length)];
            }

            chunk[turn % chunk.Length] = Math.Ceiling(chunk[turn % chunk.Length] / 2);
        }
    }
}
