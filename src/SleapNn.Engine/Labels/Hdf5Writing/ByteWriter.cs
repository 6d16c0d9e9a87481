using System.Buffers.Binary;
using System.Text;

namespace SleapNn.Hdf5;

/// <summary>Collects little-endian values.</summary>
internal sealed class ByteWriter
{
    private readonly MemoryStream bytes = new();

    public int Length => (int)bytes.Length;

    public byte[] ToArray() => bytes.ToArray();

    public ByteWriter U8(int value)
    {
        bytes.WriteByte(checked((byte)value));
        return this;
    }

    public ByteWriter U16(int value)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(two, checked((ushort)value));
        bytes.Write(two);
        return this;
    }

    public ByteWriter U32(long value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, checked((uint)value));
        bytes.Write(four);
        return this;
    }

    public ByteWriter U64(ulong value)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
        bytes.Write(eight);
        return this;
    }

    public ByteWriter U64(long value) => U64(unchecked((ulong)value));

    public ByteWriter Bytes(ReadOnlySpan<byte> value)
    {
        bytes.Write(value);
        return this;
    }

    public ByteWriter Zeros(int count)
    {
        for (var i = 0; i < count; i++)
        {
            bytes.WriteByte(0);
        }

        return this;
    }

    /// <summary>A name that ends in a zero byte and itself fills a multiple of eight bytes.</summary>
    public ByteWriter PaddedName(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        return Bytes(text).Zeros(8 - (text.Length % 8));
    }

    /// <summary>Fills up to a multiple of eight bytes.</summary>
    public ByteWriter Align() => Zeros((8 - (Length % 8)) % 8);
}
