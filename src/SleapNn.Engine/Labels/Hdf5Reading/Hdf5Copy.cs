using System.Runtime.InteropServices;
using System.Text;
using PureHDF;
using PureHDF.Selections;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>
/// Copies groups and datasets from one HDF5 file into another that is being written, without knowing what they mean.
/// What cannot be copied faithfully is a <see cref="NotSupportedException"/> that says why.
/// </summary>
internal static class Hdf5Copy
{
    /// <summary>Copies everything in a group.</summary>
    public static void Group(IH5Group source, Hdf5Group target, long fileLength, Func<string, bool>? skip = null)
    {
        foreach (var child in source.Children())
        {
            if (skip?.Invoke(child.Name) != true)
            {
                Object(child, target, fileLength);
            }
        }

        foreach (var attribute in source.Attributes())
        {
            target.Attribute(attribute.Name, Attribute(attribute, source.Name));
        }
    }

    /// <summary>Copies a group or a dataset under its own name.</summary>
    public static void Object(IH5Object source, Hdf5Group target, long fileLength)
    {
        switch (source)
        {
            case IH5Dataset dataset:
                Dataset(dataset, target, dataset.Name, fileLength);
                break;
            case IH5Group group:
                Group(group, target.Group(group.Name), fileLength);
                break;
            default:
                throw new NotSupportedException($"'{source.Name}' is neither a group nor a dataset");
        }
    }

    /// <summary>Copies a dataset; the values of a variable-length one are taken one by one.</summary>
    public static void Dataset(IH5Dataset source, Hdf5Group target, string name, long fileLength, IEnumerable<(string Name, Hdf5Attribute Value)>? more = null)
    {
        var shape = source.Space.Dimensions.Select(length => (long)length).ToArray();
        if (source.Space.Type == H5DataspaceType.Null)
        {
            throw new NotSupportedException($"'{name}' has no data space");
        }

        Hdf5Values.CheckSize(source, name, fileLength);
        var type = Type(source.Type, name);
        var attributes = source.Attributes().Select(attribute => (attribute.Name, Attribute(attribute, name))).Concat(more ?? []).ToList();
        var empty = shape.Contains(0);
        if (source.Type.Class != H5DataTypeClass.VariableLength)
        {
            target.Dataset(name, type, shape, empty ? [] : source.Read<byte[]>(), Layout(source), attributes);
            return;
        }

        if (shape.Length > 1)
        {
            throw new NotSupportedException($"'{name}' is a table of lists");
        }

        var items = empty ? [] : shape.Length == 0
            ? throw new NotSupportedException($"'{name}' is a single list")
            : Enumerable.Range(0, (int)shape[0]).Select(i => type == Hdf5Type.VariableString ? Text(source, i, name) : Item(source, i));
        target.VariableDataset(name, type, shape, items, Layout(source), attributes);
    }

    /// <summary>One value of a variable-length dataset of one-byte elements.</summary>
    public static byte[] Item(IH5Dataset source, int index) =>
        source.Read<byte[][]>(new HyperslabSelection((ulong)index, 1))[0] ?? [];

    /// <summary>Translates a data type.</summary>
    public static Hdf5Type Type(IH5DataType type, string where) => type.Class switch
    {
        H5DataTypeClass.FixedPoint when type.Size is 1 or 2 or 4 or 8 => Hdf5Type.Integer(type.Size, type.FixedPoint.IsSigned),
        H5DataTypeClass.FloatingPoint when type.Size == 4 => Hdf5Type.Float32,
        H5DataTypeClass.FloatingPoint when type.Size == 8 => Hdf5Type.Float64,
        H5DataTypeClass.String => Hdf5Type.FixedString(type.Size),
        H5DataTypeClass.Enumerated => Enumeration(type, where),
        H5DataTypeClass.Compound => Hdf5Type.Compound(type.Size, type.Compound.Members
            .Select(member => member.Type.Class == H5DataTypeClass.VariableLength
                ? throw new NotSupportedException($"'{where}' holds records with lists in them")
                : (member.Name, member.Offset, Type(member.Type, where)))
            .ToList()),
        H5DataTypeClass.VariableLength => type.VariableLength.BaseType is { Class: H5DataTypeClass.FixedPoint, Size: 1 } element
            ? element.FixedPoint.IsSigned ? Hdf5Type.VariableLength(Hdf5Type.Int8) : Hdf5Type.VariableString
            : throw new NotSupportedException($"'{where}' holds lists of something other than bytes"),
        _ => throw new NotSupportedException($"'{where}' holds values of a kind ({type.Class}) that cannot be written"),
    };

    private static Hdf5Type Enumeration(IH5DataType type, string where)
    {
        var integer = type.Enumeration.BaseType;
        var own = Hdf5Type.Integer(integer.Size, integer.FixedPoint.IsSigned);
        return integer.Size == 1
            ? Hdf5Type.Enumeration(own, type.Enumeration.GetMembers<byte>().Select(member => (member.Key, new[] { member.Value })).ToList())
            : throw new NotSupportedException($"'{where}' holds named values of {integer.Size} bytes");
    }

    /// <summary>Copies an attribute.</summary>
    public static Hdf5Attribute Attribute(IH5Attribute attribute, string holder)
    {
        var where = $"{holder}@{attribute.Name}";
        if (attribute.Space.Type == H5DataspaceType.Null)
        {
            throw new NotSupportedException($"'{where}' has no value");
        }

        var shape = attribute.Space.Dimensions.Select(length => (long)length).ToArray();
        var type = Type(attribute.Type, where);
        switch (attribute.Type.Class)
        {
            case H5DataTypeClass.VariableLength when attribute.Type.VariableLength.BaseType.FixedPoint.IsSigned:
                throw new NotSupportedException($"'{where}' is a list of numbers");
            case H5DataTypeClass.VariableLength:
                return new Hdf5Attribute(type, shape, null, Texts(attribute).Select(Encoding.UTF8.GetBytes).ToList());
            case H5DataTypeClass.String:
                var data = new byte[attribute.Type.Size * shape.Aggregate(1L, (size, length) => size * length)];
                foreach (var (text, i) in Texts(attribute).Select((text, i) => (text, i)))
                {
                    Encoding.UTF8.GetBytes(text).CopyTo(data, i * attribute.Type.Size);
                }

                return new Hdf5Attribute(type, shape, data);
            case H5DataTypeClass.FloatingPoint when attribute.Type.Size == 4:
                return new Hdf5Attribute(type, shape, Raw<float>(attribute));
            case H5DataTypeClass.FloatingPoint:
                return new Hdf5Attribute(type, shape, Raw<double>(attribute));
            case H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated:
                return new Hdf5Attribute(type, shape, attribute.Type.Size switch
                {
                    1 => Raw<byte>(attribute),
                    2 => Raw<short>(attribute),
                    4 => Raw<int>(attribute),
                    _ => Raw<long>(attribute),
                });
            default:
                throw new NotSupportedException($"'{where}' is of a kind that cannot be written");
        }
    }

    private static string[] Texts(IH5Attribute attribute) =>
        attribute.Space.Rank == 0 ? [attribute.Read<string>() ?? ""] : attribute.Read<string[]>();

    private static byte[] Raw<T>(IH5Attribute attribute)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(attribute.Space.Rank == 0 ? [attribute.Read<T>()] : attribute.Read<T[]>().AsSpan()).ToArray();

    // The library does not tell text from lists of unsigned bytes; only text can be copied.
    private static byte[] Text(IH5Dataset source, int index, string where)
    {
        string text;
        try
        {
            text = source.Read<string[]>(new HyperslabSelection((ulong)index, 1))[0] ?? "";
        }
        catch (Exception error) when (error is not (IOException or InvalidDataException))
        {
            throw new NotSupportedException($"'{where}' holds lists of bytes that are not text", error);
        }

        return text.Contains('\uFFFD') || text.Contains('\0')
            ? throw new NotSupportedException($"'{where}' holds lists of bytes that are not text")
            : Encoding.UTF8.GetBytes(text);
    }

    private static Hdf5Layout Layout(IH5Dataset source)
    {
        if (source.Layout.Class != H5DataLayoutClass.Chunked || source.Space.Rank == 0)
        {
            return Hdf5Layout.Contiguous;
        }

        var maximum = source.Space.MaxDimensions.Select(length => length == ulong.MaxValue ? -1 : (long)length).ToArray();
        var chunks = source.Layout.Chunks.Select(length => (long)length).ToArray();

        // A dataset is in chunks because it may grow or because it is compressed.
        var compressed = !maximum.Contains(-1);
        return new Hdf5Layout(maximum, chunks, compressed ? 4 : 0);
    }
}
