using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SleapNn.Checkpoints;

/// <summary>
/// Reads zip archives whose records are stored uncompressed, as PyTorch writes them. Every offset and length is checked
/// against the file before it is used, every record against its CRC, and all reads together never exceed the file, so
/// records that overlap cannot multiply.
/// </summary>
internal sealed class StoredZipReader : IDisposable
{
    private const int EndLength = 22;
    private const int Zip64LocatorLength = 20;
    private const int Zip64EndLength = 56;
    private const int MaxCommentLength = ushort.MaxValue;
    private const int MaxDirectoryLength = 64 << 20;

    private readonly SafeFileHandle handle;
    private readonly string path;
    private readonly long length;
    private readonly Dictionary<string, ZipRecord> records = [];
    private long bytesLeft;

    public StoredZipReader(string path)
    {
        this.path = path;
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            length = RandomAccess.GetLength(handle);
            bytesLeft = length;
            ReadDirectory();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => records.Keys;

    public long FileLength => length;

    public bool TryGetLength(string name, out long recordLength)
    {
        var found = records.TryGetValue(name, out var record);
        recordLength = record.Length;
        return found;
    }

    /// <summary>Reads a whole record into a span of exactly its length.</summary>
    public void Read(string name, Span<byte> into)
    {
        if (!records.TryGetValue(name, out var record))
        {
            throw Damaged($"it has no record '{name}'");
        }

        if (into.Length != record.Length)
        {
            throw Damaged($"record '{name}' has {record.Length} bytes where {into.Length} are expected");
        }

        bytesLeft -= record.Length;
        if (bytesLeft < 0)
        {
            throw Damaged("its records overlap");
        }

        Span<byte> header = stackalloc byte[30];
        ReadAt(record.HeaderOffset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50)
        {
            throw Damaged($"the header of record '{name}' is not where the directory says");
        }

        var start = record.HeaderOffset + header.Length
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        ReadAt(start, into);
        if (Crc32.Append(0, into) != record.Crc)
        {
            throw Damaged($"the checksum of record '{name}' does not match its content");
        }
    }

    public void Dispose() => handle.Dispose();

    private void ReadDirectory()
    {
        var (start, directoryLength, count) = FindDirectory();
        if (directoryLength > MaxDirectoryLength || start < 0 || directoryLength < 0 || start > length - directoryLength
            || count < 0 || count > directoryLength / 46)
        {
            throw Damaged("its directory of records does not fit in the file");
        }

        var directory = new byte[directoryLength];
        ReadAt(start, directory);
        var at = 0;
        for (var i = 0L; i < count; i++)
        {
            at = ReadDirectoryEntry(directory, at);
        }
    }

    private (long Start, long Length, long Count) FindDirectory()
    {
        var tail = new byte[Math.Min(length, EndLength + MaxCommentLength)];
        ReadAt(length - tail.Length, tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == 0x06054b50
                && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndLength)
            {
                return FindZip64Directory(length - end.Length) ?? (
                    BinaryPrimitives.ReadUInt32LittleEndian(end[16..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(end[10..]));
            }
        }

        throw Damaged("it is no zip archive: it is cut off, or not a PyTorch checkpoint at all (checkpoints older than PyTorch 1.6 have another form)");
    }

    private (long Start, long Length, long Count)? FindZip64Directory(long endOffset)
    {
        Span<byte> locator = stackalloc byte[Zip64LocatorLength];
        if (endOffset < locator.Length)
        {
            return null;
        }

        ReadAt(endOffset - locator.Length, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064b50)
        {
            return null;
        }

        Span<byte> end = stackalloc byte[Zip64EndLength];
        ReadAt(BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06064b50)
        {
            throw Damaged("its directory of records is not where the end of the file says");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(end[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[32..]));
    }

    private int ReadDirectoryEntry(ReadOnlySpan<byte> directory, int at)
    {
        const int fixedLength = 46;
        if (directory.Length - at < fixedLength || BinaryPrimitives.ReadUInt32LittleEndian(directory[at..]) != 0x02014b50)
        {
            throw Damaged("its directory of records is damaged");
        }

        var entry = directory[at..];
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        if (entry.Length < fixedLength + nameLength + extraLength + commentLength)
        {
            throw Damaged("its directory of records is damaged");
        }

        var name = Encoding.UTF8.GetString(entry.Slice(fixedLength, nameLength));
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        long unpacked = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        ReadZip64Extra(entry.Slice(fixedLength + nameLength, extraLength), ref unpacked, ref packed, ref offset);

        var encrypted = (BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) & 1) != 0;
        if (encrypted || BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]) != 0 || packed != unpacked)
        {
            throw Damaged($"record '{name}' is compressed or encrypted, which no checkpoint is");
        }

        if (offset < 0 || packed < 0 || packed > length || offset > length - packed)
        {
            throw Damaged($"record '{name}' does not fit in the file");
        }

        if (!records.TryAdd(name, new ZipRecord(offset, packed, BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]))))
        {
            throw Damaged($"it has two records '{name}'");
        }

        return at + fixedLength + nameLength + extraLength + commentLength;
    }

    private void ReadZip64Extra(ReadOnlySpan<byte> extra, ref long unpacked, ref long packed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var fieldLength = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (extra.Length < 4 + fieldLength)
            {
                throw Damaged("its directory of records is damaged");
            }

            if (id == 1)
            {
                var field = extra.Slice(4, fieldLength);
                Take(ref field, ref unpacked);
                Take(ref field, ref packed);
                Take(ref field, ref offset);
            }

            extra = extra[(4 + fieldLength)..];
        }
    }

    private void Take(ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value != uint.MaxValue)
        {
            return;
        }

        if (field.Length < 8)
        {
            throw Damaged("its directory of records is damaged");
        }

        value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
    }

    private void ReadAt(long offset, Span<byte> into)
    {
        if (offset < 0 || offset > length - into.Length)
        {
            throw Damaged("it points outside itself");
        }

        while (into.Length > 0)
        {
            var read = RandomAccess.Read(handle, into, offset);
            if (read == 0)
            {
                throw Damaged("it ended while it was read");
            }

            into = into[read..];
            offset += read;
        }
    }

    private ModelException Damaged(string what) => CheckpointErrors.Damaged(path, what);

    private readonly record struct ZipRecord(long HeaderOffset, long Length, uint Crc);
}
