using System.Buffers.Binary;

namespace SleapNn.Checkpoints;

/// <summary>The CRC-32 of zip files (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = CreateTables();

    /// <summary>Continues a checksum over further bytes; start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables;
        var state = ~crc;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = tables[0x700 + (low & 0xFF)]
                ^ tables[0x600 + ((low >> 8) & 0xFF)]
                ^ tables[0x500 + ((low >> 16) & 0xFF)]
                ^ tables[0x400 + (low >> 24)]
                ^ tables[0x300 + (high & 0xFF)]
                ^ tables[0x200 + ((high >> 8) & 0xFF)]
                ^ tables[0x100 + ((high >> 16) & 0xFF)]
                ^ tables[high >> 24];
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            state = tables[(state ^ value) & 0xFF] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint[] CreateTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = tables[previous & 0xFF] ^ (previous >> 8);
        }

        return tables;
    }
}
