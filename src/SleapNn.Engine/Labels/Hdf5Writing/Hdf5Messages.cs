namespace SleapNn.Hdf5;

/// <summary>The messages of an object header (HDF5 File Format Specification, IV.A).</summary>
internal static class Hdf5Messages
{
    private const int Dataspace = 0x01;
    private const int Datatype = 0x03;
    private const int FillValue = 0x05;
    private const int DataLayout = 0x08;
    private const int FilterPipeline = 0x0B;
    private const int AttributeMessage = 0x0C;
    private const int SymbolTable = 0x11;

    private const int LargestMessage = 65_528;

    /// <summary>Writes an object header.</summary>
    /// <returns>Its address.</returns>
    public static long WriteHeader(Hdf5Output output, IReadOnlyList<(int Type, byte[] Body)> messages)
    {
        var body = new ByteWriter();
        foreach (var (type, content) in messages)
        {
            var aligned = new ByteWriter().Bytes(content).Align().ToArray();

            // The flag says that a data type never changes.
            body.U16(type).U16(aligned.Length).U8(type == Datatype ? 1 : 0).Zeros(3).Bytes(aligned);
        }

        return output.Append(new ByteWriter().U8(1).U8(0).U16(messages.Count).U32(1).U32(body.Length).Zeros(4).Bytes(body.ToArray()).ToArray());
    }

    public static (int Type, byte[] Body) Group(long treeAddress, long heapAddress) =>
        (SymbolTable, new ByteWriter().U64(treeAddress).U64(heapAddress).ToArray());

    public static IEnumerable<(int Type, byte[] Body)> Dataset(Hdf5Type type, IReadOnlyList<long> shape, Hdf5Layout layout, long dataAddress)
    {
        // h5py's values: space is allocated late (2), or chunk by chunk (3); unset values are written only for references.
        var fillTime = type.Element is null ? 2 : 0;
        yield return (Dataspace, Space(shape, layout.MaxShape));
        yield return (Datatype, type.Message);
        yield return (FillValue, new ByteWriter().U8(2).U8(layout.Chunks is null ? 2 : 3).U8(fillTime).U8(1).U32(0).ToArray());
        var body = new ByteWriter().U8(3);
        if (layout.Chunks is null)
        {
            yield return (DataLayout, body.U8(1).U64(dataAddress).U64(shape.Aggregate((long)type.Size, (size, length) => size * length)).ToArray());
            yield break;
        }

        body.U8(2).U8(shape.Count + 1).U64(dataAddress);
        foreach (var length in layout.Chunks)
        {
            body.U32(length);
        }

        yield return (DataLayout, body.U32(type.Size).ToArray());
        if (layout.Deflate > 0)
        {
            yield return (FilterPipeline, new ByteWriter().U8(1).U8(1).Zeros(6)
                .U16(1).U16(8).U16(1).U16(1).PaddedName("deflate").U32(layout.Deflate).Zeros(4).ToArray());
        }
    }

    /// <summary>An attribute.</summary>
    /// <exception cref="ArgumentException">It is larger than an attribute can be (64 KiB).</exception>
    public static (int Type, byte[] Body) Attribute(string name, Hdf5Attribute attribute, Hdf5GlobalHeap heap)
    {
        var data = attribute.Data ?? heap.StoreSmall(attribute.Items!, attribute.Type.Element!.Size);
        var space = Space(attribute.Shape, null);
        var nameSize = System.Text.Encoding.UTF8.GetByteCount(name) + 1;
        var body = new ByteWriter().U8(1).U8(0).U16(nameSize).U16(attribute.Type.Message.Length).U16(space.Length)
            .PaddedName(name).Bytes(attribute.Type.Message).Align().Bytes(space).Align().Bytes(data).ToArray();
        return body.Length <= LargestMessage
            ? (AttributeMessage, body)
            : throw new ArgumentException($"The attribute '{name}' has {data.Length} bytes; an HDF5 attribute holds at most 64 KiB.");
    }

    private static byte[] Space(IReadOnlyList<long> shape, IReadOnlyList<long>? maxShape)
    {
        var space = new ByteWriter().U8(1).U8(shape.Count).U8(shape.Count > 0 ? 1 : 0).Zeros(5);
        foreach (var length in shape)
        {
            space.U64(length);
        }

        foreach (var length in maxShape ?? shape)
        {
            space.U64(length);
        }

        return space.ToArray();
    }
}
