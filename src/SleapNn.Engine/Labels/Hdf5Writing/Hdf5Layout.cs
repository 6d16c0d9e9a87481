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
    public static Hdf5Layout Growing(long count, int elementSize)
    {
        double chunk = count == 0 ? 1024 : count;
        var total = chunk * elementSize;
        var target = Math.Clamp((16 << 10) * Math.Pow(2, Math.Log10(total / (1 << 20))), SmallestChunk, LargestChunk);
        while (chunk > 1 && !((chunk * elementSize < target || Math.Abs((chunk * elementSize) - target) / target < 0.5) && chunk * elementSize < LargestChunk))
        {
            chunk = Math.Ceiling(chunk / 2);
        }

        return new Hdf5Layout([Unlimited], [(long)chunk]);
    }
}
