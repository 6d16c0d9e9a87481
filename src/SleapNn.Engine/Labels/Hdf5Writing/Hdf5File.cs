namespace SleapNn.Hdf5;

/// <summary>
/// Writes HDF5 files in the earliest version of the format (superblock 0), which every HDF5 library reads. Data go to
/// the stream as they are added; the structure follows in <see cref="Finish"/>.
/// </summary>
internal sealed class Hdf5File
{
    internal const int GroupLeafK = 4;
    internal const int GroupInternalK = 16;

    private const int SuperblockSize = 96;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">An empty stream that can seek; it stays open.</param>
    public Hdf5File(Stream stream)
    {
        Output = new Hdf5Output(stream);
        Output.Reserve(SuperblockSize);
        Heap = new Hdf5GlobalHeap(Output);
        Root = new Hdf5Group(this);
    }

    /// <summary>The group that holds everything.</summary>
    public Hdf5Group Root { get; }

    internal Hdf5Output Output { get; }

    internal Hdf5GlobalHeap Heap { get; }

    /// <summary>Writes the structure; nothing can be added after it.</summary>
    public void Finish()
    {
        Heap.CloseShared();
        var (header, tree, heap) = Root.Write();
        var superblock = new ByteWriter()
            .Bytes([0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'])
            .U8(0).U8(0).U8(0).U8(0).U8(0).U8(8).U8(8).U8(0)
            .U16(GroupLeafK).U16(GroupInternalK).U32(0)
            .U64(0L).U64(Hdf5Output.Undefined).U64(Output.End).U64(Hdf5Output.Undefined)
            .U64(0L).U64(header).U32(1).U32(0).U64(tree).U64(heap);
        Output.Overwrite(0, superblock.ToArray());
    }
}
