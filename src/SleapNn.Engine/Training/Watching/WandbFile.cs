using System.Buffers.Binary;
using SleapNn.Checkpoints;

namespace SleapNn.Training.Watching;

/// <summary>
/// Writes a <c>run-ID.wandb</c> file, which <c>wandb sync</c> uploads: LevelDB's log format (blocks of 32 KiB, records in
/// chunks with checksum, length and type) after a head of its own, with the plain CRC-32. A run that is cut off leaves a file that is
/// whole up to its last record.
/// </summary>
internal sealed class WandbFile : IDisposable
{
    private const int BlockBytes = 32768;
    private const int HeadBytes = 7;

    private readonly FileStream stream;
    private long records;

    /// <summary>Begins a file, which must not exist yet.</summary>
    public WandbFile(string path)
    {
        stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        stream.Write([.. ":W&B"u8, 0xE1, 0xBE, 0]);
    }

    /// <summary>Adds a record.</summary>
    public void Add(ProtoWriter record)
    {
        ReadOnlySpan<byte> content = record.Number(1, ++records).ToArray();
        var isFirst = true;
        do
        {
            var room = (int)(BlockBytes - (stream.Position % BlockBytes));
            if (room < HeadBytes)
            {
                stream.Write(new byte[room]);
                room = BlockBytes;
            }

            var part = content[..Math.Min(content.Length, room - HeadBytes)];
            content = content[part.Length..];

            // 1: all of it, 2: its first part, 3: one in the middle, 4: its last.
            AddChunk(part, (byte)(isFirst ? (content.IsEmpty ? 1 : 2) : (content.IsEmpty ? 4 : 3)));
            isFirst = false;
        }
        while (!content.IsEmpty);

        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void AddChunk(ReadOnlySpan<byte> part, byte type)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Crc32.Append(Crc32.Append(0, [type]), part));
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], (ushort)part.Length);
        head[6] = type;
        stream.Write(head);
        stream.Write(part);
    }
}
