using System.Buffers.Binary;
using System.Text;
using SleapNn.Checkpoints;

namespace SleapNn.Tests.Training.Watching;

/// <summary>Reads a run's file as the official client does: chunks with checksums, records of Protocol Buffers.</summary>
internal static class WandbReader
{
    private const int BlockBytes = 32768;

    public static List<ProtoMessage> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        Assert.Equal([.. ":W&B"u8, 0xE1, 0xBE, 0], bytes[..7]);
        var records = new List<ProtoMessage>();
        var record = new List<byte>();
        var at = 7;
        while (at < bytes.Length)
        {
            var room = BlockBytes - (at % BlockBytes);
            if (room < 7)
            {
                Assert.All(bytes[at..(at + room)], b => Assert.Equal(0, b));
                at += room;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 4));
            Assert.True(length + 7 <= room, "a chunk crosses a block");
            var part = bytes[(at + 7)..(at + 7 + length)];
            Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), Crc32.Append(0, [bytes[at + 6], .. part]));
            Assert.Equal(bytes[at + 6] is 1 or 2, record.Count == 0);
            record.AddRange(part);
            if (bytes[at + 6] is 1 or 4)
            {
                records.Add(new ProtoMessage([.. record]));
                record.Clear();
            }

            at += 7 + length;
        }

        Assert.Empty(record);
        return records;
    }
}

/// <summary>The fields of a message.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, long Number, byte[] Content)> fields = [];

    public ProtoMessage(byte[] bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint();
            var number = Varint();
            if ((tag & 7) == 0)
            {
                fields.Add(((int)(tag >> 3), number, []));
            }
            else
            {
                Assert.Equal(2, tag & 7);
                fields.Add(((int)(tag >> 3), 0, bytes[at..(at + (int)number)]));
                at += (int)number;
            }
        }

        long Varint()
        {
            var value = 0L;
            for (var shift = 0; ; shift += 7)
            {
                var b = bytes[at++];
                value |= (long)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return value;
                }
            }
        }
    }

    public bool Has(int field) => fields.Any(f => f.Field == field);

    public long Number(int field) => fields.Find(f => f.Field == field).Number;

    public string Text(int field) => Encoding.UTF8.GetString(fields.Find(f => f.Field == field).Content ?? []);

    public ProtoMessage Message(int field) => All(field)[0];

    public List<ProtoMessage> All(int field) => [.. fields.Where(f => f.Field == field).Select(f => new ProtoMessage(f.Content))];
}
