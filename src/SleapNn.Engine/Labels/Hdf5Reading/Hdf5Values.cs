using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PureHDF;

namespace SleapNn.LabelFiles;

/// <summary>Reads values of HDF5 files whatever of several forms they are stored in, and checks sizes before anything is allocated.</summary>
internal static class Hdf5Values
{
    private static readonly JsonDocumentOptions JsonLimits = new() { MaxDepth = 256 };

    /// <summary>The number of rows of a one-dimensional dataset.</summary>
    /// <exception cref="InvalidDataException">It has more dimensions, or claims more data than its file can hold.</exception>
    public static int CheckedCount(IH5Dataset dataset, string name, long fileLength)
    {
        var shape = dataset.Space.Dimensions;
        if (shape.Length != 1)
        {
            throw new InvalidDataException($"'{name}' has {shape.Length} dimensions where one was expected");
        }

        CheckSize(dataset, name, fileLength);
        return (int)shape[0];
    }

    /// <summary>Checks that the data of a dataset can be in its file (compressed, at most) and fit an array.</summary>
    public static void CheckSize(IH5Dataset dataset, string name, long fileLength)
    {
        // Deflate shrinks at most about a thousandfold; tables hardly ever tenfold.
        var limit = Math.Min(Array.MaxLength, (64L << 20) + (32 * fileLength));
        UInt128 total = (uint)Math.Max(dataset.Type.Size, 1);
        foreach (var length in dataset.Space.Dimensions)
        {
            total = length == 0 ? 0 : total * length;
            if (total > (UInt128)limit)
            {
                throw new InvalidDataException($"'{name}' claims more data than the file can hold");
            }
        }
    }

    public static void RequireEmpty(IH5Dataset dataset, string name)
    {
        if (dataset.Space.Dimensions.All(length => length > 0))
        {
            throw new InvalidDataException($"'{name}' is not a table");
        }
    }

    /// <summary>The rows of a dataset of JSON texts; none where the file has no such dataset.</summary>
    public static List<JsonNode> JsonRows(IH5Group root, string name, long fileLength)
    {
        if (!root.LinkExists(name))
        {
            return [];
        }

        var dataset = root.Dataset(name);
        var count = CheckedCount(dataset, name, fileLength);
        if (count == 0)
        {
            return [];
        }

        var texts = dataset.Type.Class switch
        {
            H5DataTypeClass.String => Split(dataset.Read<byte[]>(), count),
            H5DataTypeClass.VariableLength => dataset.Read<string[]>(),
            _ => throw new InvalidDataException($"'{name}' does not hold text"),
        };
        return texts.Select((text, row) => Json(text, $"row {row} of '{name}'")).ToList();
    }

    /// <summary>Reads JSON.</summary>
    public static JsonNode Json(string text, string where)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: JsonLimits) ?? throw new InvalidDataException($"{where} is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{where} is not valid JSON", error);
        }
    }

    /// <summary>A text attribute, of fixed or variable length.</summary>
    public static string? Text(IH5Object holder, string name)
    {
        if (!holder.AttributeExists(name))
        {
            return null;
        }

        var attribute = holder.Attribute(name);
        return attribute.Space.Rank == 0 ? attribute.Read<string>() : attribute.Read<string[]>()[0];
    }

    /// <summary>A numeric attribute, scalar or of one element.</summary>
    public static double? Number(IH5Object holder, string name)
    {
        if (!holder.AttributeExists(name))
        {
            return null;
        }

        var attribute = holder.Attribute(name);
        return (attribute.Type.Class, attribute.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 8) => Single<double>(attribute),
            (H5DataTypeClass.FloatingPoint, 4) => Single<float>(attribute),
            (H5DataTypeClass.FixedPoint, 8) => Single<long>(attribute),
            (H5DataTypeClass.FixedPoint, 4) => Single<int>(attribute),
            (H5DataTypeClass.FixedPoint, 2) => Single<short>(attribute),
            (H5DataTypeClass.FixedPoint, 1) => Single<byte>(attribute),
            _ => null,
        };
    }

    private static T Single<T>(IH5Attribute attribute)
        where T : unmanaged => attribute.Space.Rank == 0 ? attribute.Read<T>() : attribute.Read<T[]>()[0];

    /// <summary>A one-dimensional dataset of integers.</summary>
    public static long[] Integers(IH5Dataset dataset, string name, long fileLength)
    {
        var count = CheckedCount(dataset, name, fileLength);
        if (count == 0)
        {
            return [];
        }

        var bytes = dataset.Read<byte[]>();
        return (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FixedPoint, 8) => Convert(bytes, 8, at => BitConverter.ToInt64(bytes, at)),
            (H5DataTypeClass.FixedPoint, 4) when dataset.Type.FixedPoint.IsSigned => Convert(bytes, 4, at => BitConverter.ToInt32(bytes, at)),
            (H5DataTypeClass.FixedPoint, 4) => Convert(bytes, 4, at => BitConverter.ToUInt32(bytes, at)),
            (H5DataTypeClass.FixedPoint, 2) => Convert(bytes, 2, at => BitConverter.ToUInt16(bytes, at)),
            (H5DataTypeClass.FixedPoint, 1) => Convert(bytes, 1, at => bytes[at]),
            (H5DataTypeClass.FloatingPoint, 8) => Convert(bytes, 8, at => (long)BitConverter.ToDouble(bytes, at)),
            _ => throw new InvalidDataException($"'{name}' does not hold integers"),
        };
    }

    private static long[] Convert(byte[] bytes, int size, Func<int, long> read)
    {
        var values = new long[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(i * size);
        }

        return values;
    }

    private static string[] Split(byte[] bytes, int count)
    {
        var length = bytes.Length / count;
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var text = bytes.AsSpan(i * length, length);
            var end = text.IndexOf((byte)0);
            texts[i] = Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
        }

        return texts;
    }
}
