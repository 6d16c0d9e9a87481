namespace SleapNn.Hdf5;

/// <summary>
/// The file's store of variable-length values (HDF5 File Format Specification, III.E). Values are collected and written
/// in blocks, so that only one block is in memory at a time.
/// </summary>
internal sealed class Hdf5GlobalHeap(Hdf5Output output)
{
    private const int SmallestBlock = 4096;
    private const int BlockGoal = 1 << 20;
    private const int MostObjects = 65_000;

    private readonly List<byte[]> objects = [];
    private long size = 16;
    private ByteWriter? shared;
    private long sharedAddress;
    private int sharedCount;

    /// <summary>Stores values in order and hands out the 16-byte references to them, block by block.</summary>
    /// <param name="values">The values.</param>
    /// <param name="elementSize">The bytes of one element; a reference holds the number of elements.</param>
    /// <returns>The references, one after the other.</returns>
    public byte[] Store(IEnumerable<byte[]> values, int elementSize)
    {
        var references = new ByteWriter();
        var pending = new List<int>();
        foreach (var value in values)
        {
            pending.Add(value.Length / elementSize);
            if (value.Length > 0)
            {
                objects.Add(value);
                size += 16 + Aligned(value.Length);
            }

            if (size >= BlockGoal || objects.Count >= MostObjects)
            {
                Flush(references, pending);
            }
        }

        Flush(references, pending);
        return references.ToArray();
    }

    /// <summary>Stores a few small values, such as those of an attribute, in a block that they share with others.</summary>
    /// <param name="values">The values.</param>
    /// <param name="elementSize">The bytes of one element; a reference holds the number of elements.</param>
    /// <returns>The references, one after the other.</returns>
    public byte[] StoreSmall(IReadOnlyList<byte[]> values, int elementSize)
    {
        var needed = values.Sum(value => 16 + Aligned(value.Length));
        if (needed > SmallestBlock - 32)
        {
            return Store(values, elementSize);
        }

        if (shared is null || shared.Length + needed > SmallestBlock - 16)
        {
            CloseShared();
            sharedAddress = output.Reserve(SmallestBlock);
            shared = new ByteWriter().Bytes("GCOL"u8).U8(1).Zeros(3).U64((long)SmallestBlock);
            sharedCount = 0;
        }

        var references = new ByteWriter();
        foreach (var value in values)
        {
            if (value.Length == 0)
            {
                references.Zeros(16);
                continue;
            }

            shared.U16(++sharedCount).U16(0).U32(0).U64((long)value.Length).Bytes(value).Align();
            references.U32(value.Length / elementSize).U64(sharedAddress).U32(sharedCount);
        }

        return references.ToArray();
    }

    /// <summary>Writes the block of small values. To be called when everything is stored.</summary>
    public void CloseShared()
    {
        if (shared is not null)
        {
            // The rest of the block is one free object.
            var free = SmallestBlock - shared.Length;
            output.Overwrite(sharedAddress, shared.U16(0).U16(0).U32(0).U64((long)free).ToArray());
            shared = null;
        }
    }

    private static long Aligned(long length) => (length + 7) / 8 * 8;

    private void Flush(ByteWriter references, List<int> pending)
    {
        var address = objects.Count > 0 ? WriteBlock() : 0;
        var index = 0;
        foreach (var count in pending)
        {
            references.U32(count).U64(count > 0 ? address : 0).U32(count > 0 ? ++index : 0);
        }

        pending.Clear();
        objects.Clear();
        size = 16;
    }

    private long WriteBlock()
    {
        var total = Math.Max(size, SmallestBlock);
        var free = total - size;
        if (free is > 0 and < 16)
        {
            (total, free) = (total + 16, free + 16);
        }

        var address = output.Append(new ByteWriter().Bytes("GCOL"u8).U8(1).Zeros(3).U64(total).ToArray());
        for (var i = 0; i < objects.Count; i++)
        {
            output.Append(new ByteWriter().U16(i + 1).U16(0).U32(0).U64(objects[i].Length).ToArray());
            output.Append(objects[i]);
        }

        if (free > 0)
        {
            output.Append(new ByteWriter().U16(0).U16(0).U32(0).U64(free).Zeros((int)free - 16).ToArray());
        }

        return address;
    }
}
