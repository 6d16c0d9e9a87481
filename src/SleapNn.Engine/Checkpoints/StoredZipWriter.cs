using System.Buffers.Binary;
using System.Text;

namespace SleapNn.Checkpoints;

/// <summary>
/// Writes a zip archive as PyTorch does: records are stored uncompressed, each starts at a multiple of 64 bytes, and a
/// field of padding in its header (the letters FB) makes it so.
/// </summary>
internal sealed class StoredZipWriter : IDisposable
{
    private const int Alignment = 64;
    private const int HeaderLength = 30;
    private const ushort Utf8Names = 0x0800;

    private readonly Stream stream;
    private readonly string root;
    private readonly List<(byte[] Name, long Offset, uint Length, uint Crc)> records = [];

    /// <param name="stream">An empty stream.</param>
    /// <param name="root">The folder in the archive that all records are in.</param>
    public StoredZipWriter(Stream stream, string root)
    {
        this.stream = stream;
        this.root = root.Length > 0 ? root : "archive";
    }

    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var fullName = Encoding.UTF8.GetBytes($"{root}/{name}");
        var offset = stream.Position;
        var crc = Crc32.Append(0, content);
        var length = (uint)content.Length;

        // The padding field itself has a head of four bytes.
        var end = offset + HeaderLength + fullName.Length + 4;
        var padding = (int)((Alignment - (end % Alignment)) % Alignment);
        var header = new byte[HeaderLength + fullName.Length + 4 + padding];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), Utf8Names);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(14), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(18), length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(22), length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)fullName.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)(4 + padding));
        fullName.CopyTo(header.AsSpan(HeaderLength));
        var extra = header.AsSpan(HeaderLength + fullName.Length);
        extra[0] = (byte)'F';
        extra[1] = (byte)'B';
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)padding);
        extra[4..].Fill((byte)'Z');
        stream.Write(header);
        stream.Write(content);
        records.Add((fullName, offset, length, crc));
    }

    /// <summary>Writes the directory of records, in the form for large files as PyTorch always does.</summary>
    public void Dispose()
    {
        var start = stream.Position;
        foreach (var record in records)
        {
            WriteDirectoryEntry(record.Name, record.Offset, record.Length, record.Crc);
        }

        var zip64End = stream.Position;
        var end = new byte[56 + 20 + 22];
        var large = end.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(large, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(large[4..], 44);
        BinaryPrimitives.WriteUInt16LittleEndian(large[12..], 45);
        BinaryPrimitives.WriteUInt16LittleEndian(large[14..], 45);
        BinaryPrimitives.WriteInt64LittleEndian(large[24..], records.Count);
        BinaryPrimitives.WriteInt64LittleEndian(large[32..], records.Count);
        BinaryPrimitives.WriteInt64LittleEndian(large[40..], zip64End - start);
        BinaryPrimitives.WriteInt64LittleEndian(large[48..], start);

        var locator = end.AsSpan(56);
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], zip64End);
        BinaryPrimitives.WriteInt32LittleEndian(locator[16..], 1);

        var small = end.AsSpan(76);
        BinaryPrimitives.WriteUInt32LittleEndian(small, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(small[8..], (ushort)Math.Min(records.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(small[10..], (ushort)Math.Min(records.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(small[12..], (uint)Math.Min(zip64End - start, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(small[16..], (uint)Math.Min(start, uint.MaxValue));
        stream.Write(end);
    }

    private void WriteDirectoryEntry(byte[] name, long offset, uint length, uint crc)
    {
        var far = offset >= uint.MaxValue;
        var entry = new byte[46 + name.Length + (far ? 12 : 0)];
        var span = entry.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], (ushort)(far ? 45 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(span[8..], Utf8Names);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(span[24..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[28..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[30..], (ushort)(far ? 12 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(span[42..], far ? uint.MaxValue : (uint)offset);
        name.CopyTo(span[46..]);
        if (far)
        {
            var extra = span[(46 + name.Length)..];
            BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 8);
            BinaryPrimitives.WriteInt64LittleEndian(extra[4..], offset);
        }

        stream.Write(entry);
    }
}
