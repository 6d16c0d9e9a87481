using System.IO.Compression;

namespace SleapNn.Hdf5;

/// <summary>Cuts an array into chunks and writes them with the tree that finds them.</summary>
internal static class Hdf5Chunks
{
    private const int NodeCapacity = 64;

    /// <summary>Writes the chunks of an array.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="data">The elements, the last dimension running fastest.</param>
    /// <param name="shape">The size of each dimension.</param>
    /// <param name="chunk">The size of a chunk in each dimension.</param>
    /// <param name="elementSize">The bytes of one element.</param>
    /// <param name="deflate">The compression level; 0 for none.</param>
    /// <returns>The address of the tree; <see cref="Hdf5Output.Undefined"/> where the array is empty.</returns>
    public static long Write(Hdf5Output output, byte[] data, IReadOnlyList<long> shape, IReadOnlyList<long> chunk, int elementSize, int deflate)
    {
        if (shape.Any(length => length == 0))
        {
            return Hdf5Output.Undefined;
        }

        var children = new List<(byte[] Key, long Address)>();
        var origin = new long[shape.Count];
        do
        {
            var bytes = Cut(data, shape, chunk, origin, elementSize);
            if (deflate > 0)
            {
                bytes = Compress(bytes, deflate);
            }

            var address = output.Append(bytes);
            children.Add((Key(bytes.Length, origin), address));
        }
        while (Advance(origin, shape, chunk));

        var beyond = new long[shape.Count];
        beyond[0] = (shape[0] + chunk[0] - 1) / chunk[0] * chunk[0];
        return Hdf5BTree.Write(output, Hdf5BTree.ChunkNodes, NodeCapacity, children, Key(0, beyond));
    }

    private static byte[] Key(int size, long[] origin)
    {
        var key = new ByteWriter().U32(size).U32(0);
        foreach (var offset in origin)
        {
            key.U64(offset);
        }

        return key.U64(0L).ToArray();
    }

    private static bool Advance(long[] origin, IReadOnlyList<long> shape, IReadOnlyList<long> chunk)
    {
        for (var d = origin.Length - 1; d >= 0; d--)
        {
            origin[d] += chunk[d];
            if (origin[d] < shape[d])
            {
                return true;
            }

            origin[d] = 0;
        }

        return false;
    }

    // A chunk at the edge keeps its full size; what lies outside the array stays zero.
    private static byte[] Cut(byte[] data, IReadOnlyList<long> shape, IReadOnlyList<long> chunk, long[] origin, int elementSize)
    {
        var rank = shape.Count;
        var cut = new byte[chunk.Aggregate((long)elementSize, (size, length) => size * length)];
        var extent = Enumerable.Range(0, rank).Select(d => Math.Min(chunk[d], shape[d] - origin[d])).ToArray();
        var row = new long[rank];
        var rowBytes = (int)(extent[rank - 1] * elementSize);
        while (true)
        {
            long from = 0;
            long to = 0;
            for (var d = 0; d < rank; d++)
            {
                from = (from * shape[d]) + origin[d] + row[d];
                to = (to * chunk[d]) + row[d];
            }

            Buffer.BlockCopy(data, (int)(from * elementSize), cut, (int)(to * elementSize), rowBytes);
            var next = rank - 2;
            while (next >= 0 && ++row[next] == extent[next])
            {
                row[next--] = 0;
            }

            if (next < 0)
            {
                return cut;
            }
        }
    }

    private static byte[] Compress(byte[] bytes, int level)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, level < 4 ? CompressionLevel.Fastest : level < 9 ? CompressionLevel.Optimal : CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return packed.ToArray();
    }
}
