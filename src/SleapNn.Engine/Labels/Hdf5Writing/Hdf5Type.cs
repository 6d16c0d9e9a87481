namespace SleapNn.Hdf5;

/// <summary>
/// A data type of an HDF5 file, in the encoding of its first version (HDF5 File Format Specification, IV.A.2.d).
/// Numbers are little-endian.
/// </summary>
internal sealed class Hdf5Type
{
    private const int Fixed = 0;
    private const int Floating = 1;
    private const int String = 3;
    private const int Compounded = 6;
    private const int Enumerated = 8;
    private const int Variable = 9;

    private Hdf5Type(int kind, int bits, int size, byte[] properties, Hdf5Type? element = null)
    {
        Size = size;
        Element = element;
        Message = new ByteWriter().U8(0x10 | kind).U8(bits & 0xFF).U16(bits >> 8).U32(size).Bytes(properties).ToArray();
    }

    public static Hdf5Type Int8 { get; } = Integer(1, signed: true);

    public static Hdf5Type UInt8 { get; } = Integer(1, signed: false);

    public static Hdf5Type Int32 { get; } = Integer(4, signed: true);

    public static Hdf5Type UInt32 { get; } = Integer(4, signed: false);

    public static Hdf5Type Int64 { get; } = Integer(8, signed: true);

    public static Hdf5Type UInt64 { get; } = Integer(8, signed: false);

    public static Hdf5Type Float32 { get; } = new(Floating, 0x20 | (31 << 8), 4, FloatProperties(32, 23, 8, 127));

    public static Hdf5Type Float64 { get; } = new(Floating, 0x20 | (63 << 8), 8, FloatProperties(64, 52, 11, 1023));

    /// <summary>What h5py writes for a truth value, and reads as one.</summary>
    public static Hdf5Type Boolean { get; } = Enumeration(Int8, [("FALSE", [0]), ("TRUE", [1])]);

    /// <summary>UTF-8 text of any length, kept in the global heap.</summary>
    public static Hdf5Type VariableString { get; } = new(Variable, 1 | (1 << 8), 16, UInt8.Message, UInt8);

    /// <summary>The bytes of one element in a dataset or attribute.</summary>
    public int Size { get; }

    /// <summary>The type of the elements of a variable-length type (for text: bytes); else null.</summary>
    public Hdf5Type? Element { get; }

    /// <summary>The type as the file holds it.</summary>
    public byte[] Message { get; }

    public static Hdf5Type Integer(int size, bool signed) =>
        new(Fixed, signed ? 8 : 0, size, new ByteWriter().U16(0).U16(size * 8).ToArray());

    /// <summary>Text of a fixed number of bytes, filled up with zeros.</summary>
    /// <param name="size">The number of bytes, at least 1.</param>
    /// <param name="utf8">Whether it is declared as UTF-8; else as ASCII, as NumPy's byte strings are.</param>
    /// <param name="padding">0: ends in a zero byte, 1: filled with zeros, 2: filled with spaces.</param>
    public static Hdf5Type FixedString(int size, bool utf8 = false, int padding = 1) => new(String, padding | (utf8 ? 0x10 : 0), Math.Max(size, 1), []);

    /// <summary>A list of any length, kept in the global heap.</summary>
    public static Hdf5Type VariableLength(Hdf5Type element) => new(Variable, 0, 16, element.Message, element);

    public static Hdf5Type Enumeration(Hdf5Type integer, IReadOnlyList<(string Name, byte[] Value)> members)
    {
        var properties = new ByteWriter().Bytes(integer.Message);
        foreach (var (name, _) in members)
        {
            properties.PaddedName(name);
        }

        foreach (var (_, value) in members)
        {
            properties.Bytes(value);
        }

        return new Hdf5Type(Enumerated, members.Count, integer.Size, properties.ToArray());
    }

    /// <summary>A record whose members follow each other without gaps.</summary>
    public static Hdf5Type Compound(params (string Name, Hdf5Type Type)[] members)
    {
        var offset = 0;
        return Compound(members.Sum(member => member.Type.Size), members.Select(member =>
        {
            offset += member.Type.Size;
            return (member.Name, offset - member.Type.Size, member.Type);
        }).ToList());
    }

    /// <summary>A record with members at given offsets.</summary>
    public static Hdf5Type Compound(int size, IReadOnlyList<(string Name, int Offset, Hdf5Type Type)> members)
    {
        var properties = new ByteWriter();
        foreach (var (name, offset, type) in members)
        {
            // No dimensions: 12 bytes of dimension fields and 16 of sizes stay zero.
            properties.PaddedName(name).U32(offset).Zeros(28).Bytes(type.Message);
        }

        return new Hdf5Type(Compounded, members.Count, size, properties.ToArray());
    }

    private static byte[] FloatProperties(int bits, int mantissaBits, int exponentBits, int bias) =>
        new ByteWriter().U16(0).U16(bits).U8(mantissaBits).U8(exponentBits).U8(0).U8(mantissaBits).U32(bias).ToArray();
}
