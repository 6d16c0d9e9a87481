using System.Buffers.Binary;
using PureHDF;

namespace SleapNn.LabelFiles;

/// <summary>
/// The rows of a one-dimensional compound dataset. Members are found by name, whatever their order and width, because
/// files of different ages differ in both.
/// </summary>
internal sealed class Hdf5Table
{
    private readonly byte[] bytes;
    private readonly int rowSize;
    private readonly Dictionary<string, CompoundMember> members;
    private readonly string name;

    public Hdf5Table(IH5Dataset dataset, string name, long fileLength)
    {
        this.name = name;
        if (dataset.Type.Class != H5DataTypeClass.Compound)
        {
            // h5py stores an empty list as floating-point numbers.
            Hdf5Values.RequireEmpty(dataset, name);
            (bytes, members) = ([], []);
            return;
        }

        rowSize = dataset.Type.Size;
        members = dataset.Type.Compound.Members.ToDictionary(member => member.Name);
        Count = Hdf5Values.CheckedCount(dataset, name, fileLength);
        bytes = Count == 0 ? [] : dataset.Read<byte[]>();
        if (bytes.Length != (long)Count * rowSize)
        {
            throw new InvalidDataException($"'{name}' holds {bytes.Length} bytes where {Count} rows of {rowSize} were expected");
        }
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>A column of the table.</summary>
    /// <exception cref="InvalidDataException">There is no such column, or it does not hold numbers.</exception>
    public Column this[string column] => Find(column) ?? throw new InvalidDataException($"'{name}' has no column '{column}'");

    /// <summary>A column of the table, or null where it has no such column.</summary>
    public Column? Find(string column)
    {
        if (Count == 0)
        {
            return new Column(bytes, 0, 0, ColumnKind.Unsigned, 0);
        }

        if (!members.TryGetValue(column, out var member))
        {
            return null;
        }

        var type = member.Type;
        if (type.Class == H5DataTypeClass.Enumerated)
        {
            type = type.Enumeration.BaseType;
        }

        var kind = type.Class switch
        {
            H5DataTypeClass.FloatingPoint => ColumnKind.Float,
            H5DataTypeClass.FixedPoint when type.FixedPoint.IsSigned => ColumnKind.Signed,
            H5DataTypeClass.FixedPoint => ColumnKind.Unsigned,
            _ => throw new InvalidDataException($"the column '{column}' of '{name}' does not hold numbers"),
        };
        var fits = kind == ColumnKind.Float ? type.Size is 4 or 8 : type.Size is 1 or 2 or 4 or 8;
        return fits && member.Offset >= 0 && member.Offset + type.Size <= rowSize
            ? new Column(bytes, rowSize, member.Offset, kind, type.Size)
            : throw new InvalidDataException($"the column '{column}' of '{name}' does not fit its rows");
    }

    internal enum ColumnKind
    {
        Signed,
        Unsigned,
        Float,
    }

    /// <summary>One column.</summary>
    internal sealed class Column(byte[] bytes, int rowSize, int offset, ColumnKind kind, int size)
    {
        /// <summary>A value as a floating-point number.</summary>
        public double Number(int row) => kind == ColumnKind.Float ? Real(row) : Integer(row);

        /// <summary>A value as an integer; one that is none, or is out of range, is reported as -2^63.</summary>
        public long Integer(int row)
        {
            var value = bytes.AsSpan((row * rowSize) + offset, size);
            return (kind, size) switch
            {
                (ColumnKind.Signed, 1) => (sbyte)value[0],
                (ColumnKind.Signed, 2) => BinaryPrimitives.ReadInt16LittleEndian(value),
                (ColumnKind.Signed, 4) => BinaryPrimitives.ReadInt32LittleEndian(value),
                (ColumnKind.Signed, _) => BinaryPrimitives.ReadInt64LittleEndian(value),
                (ColumnKind.Unsigned, 1) => value[0],
                (ColumnKind.Unsigned, 2) => BinaryPrimitives.ReadUInt16LittleEndian(value),
                (ColumnKind.Unsigned, 4) => BinaryPrimitives.ReadUInt32LittleEndian(value),
                (ColumnKind.Unsigned, _) => BinaryPrimitives.ReadUInt64LittleEndian(value) is var wide && wide <= long.MaxValue ? (long)wide : long.MinValue,
                _ => Real(row) is var real && real == Math.Floor(real) && Math.Abs(real) < 1e15 ? (long)real : long.MinValue,
            };
        }

        private double Real(int row)
        {
            var value = bytes.AsSpan((row * rowSize) + offset, size);
            return size == 4 ? BinaryPrimitives.ReadSingleLittleEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value);
        }
    }
}
