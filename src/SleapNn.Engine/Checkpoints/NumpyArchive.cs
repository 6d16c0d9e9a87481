using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace SleapNn.Checkpoints;

/// <summary>
/// Reads NumPy's <c>.npz</c> archives (format: NumPy enhancement proposal 1): arrays of real numbers and booleans, little-endian,
/// in C order. Arrays of objects, which may hold code, are refused.
/// </summary>
internal static partial class NumpyArchive
{
    private const long MaxBytes = 1L << 30;
    private const string Extension = ".npy";

    /// <summary>The names of the arrays.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Names without <c>.npy</c>.</returns>
    /// <exception cref="InvalidDataException">It is no such archive.</exception>
    public static IReadOnlyList<string> NamesIn(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return [.. archive.Entries.Select(entry => NameOf(entry.FullName)).OfType<string>()];
    }

    /// <summary>Reads arrays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">Which arrays.</param>
    /// <returns>The arrays by name.</returns>
    /// <exception cref="InvalidDataException">It is no such archive, damaged, or an array is of another kind.</exception>
    public static Dictionary<string, NumpyNumbers> Read(string path, Func<string, bool> wanted)
    {
        using var archive = ZipFile.OpenRead(path);
        var arrays = new Dictionary<string, NumpyNumbers>();
        var left = MaxBytes;
        foreach (var entry in archive.Entries)
        {
            if (NameOf(entry.FullName) is not { } name || !wanted(name))
            {
                continue;
            }

            using var stream = entry.Open();
            var bytes = ReadAll(stream, left, name);
            left -= bytes.Length;
            arrays[name] = Parse(bytes, name);
        }

        return arrays;
    }

    // What the archive's directory says of an entry's length need not be true, so it is not believed.
    private static byte[] ReadAll(Stream stream, long limit, string name)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            memory.Write(buffer, 0, count);
            if (memory.Length > limit)
            {
                throw new InvalidDataException($"with '{name}' its arrays take more than {MaxBytes >> 20} MiB");
            }
        }

        return memory.ToArray();
    }

    private static string? NameOf(string entry) => entry.EndsWith(Extension, StringComparison.Ordinal) ? entry[..^Extension.Length] : null;

    private static NumpyNumbers Parse(byte[] bytes, string name)
    {
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException($"'{name}' is no NumPy array");
        }

        var wide = bytes[6] >= 2;
        long headerLength = wide ? BitConverter.ToUInt32(bytes, 8) : BitConverter.ToUInt16(bytes, 8);
        var start = (wide ? 12 : 10) + headerLength;
        if (start > bytes.Length)
        {
            throw new InvalidDataException($"the header of '{name}' is cut off");
        }

        var header = Encoding.Latin1.GetString(bytes, wide ? 12 : 10, (int)headerLength);
        var (type, shape) = (Type().Match(header), Shape().Match(header));
        if (!type.Success || !shape.Success || header.Contains("'fortran_order': True", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{name}' is not an array of numbers in C order");
        }

        var sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1).ToArray();
        var (convert, width) = Converter(type.Groups[1].Value) ?? throw new InvalidDataException($"'{name}' holds {type.Groups[1].Value}, not real numbers");
        var count = sizes.Aggregate(1.0, (product, size) => product * size);
        if (sizes.Any(size => size < 0) || count * width != bytes.Length - start)
        {
            throw new InvalidDataException($"'{name}' does not have the ({string.Join(", ", sizes)}) numbers that it should");
        }

        var values = new float[(int)count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = convert(bytes, (int)start + (i * width));
        }

        return new NumpyNumbers(sizes, values);
    }

    private static (Func<byte[], int, float> Convert, int Width)? Converter(string type) => type.TrimStart('<', '|') switch
    {
        "f4" => (BitConverter.ToSingle, 4),
        "f8" => ((bytes, at) => (float)BitConverter.ToDouble(bytes, at), 8),
        "f2" => ((bytes, at) => (float)BitConverter.ToHalf(bytes, at), 2),
        "u1" or "b1" => ((bytes, at) => bytes[at], 1),
        "i1" => ((bytes, at) => (sbyte)bytes[at], 1),
        "i2" => ((bytes, at) => BitConverter.ToInt16(bytes, at), 2),
        "u2" => ((bytes, at) => BitConverter.ToUInt16(bytes, at), 2),
        "i4" => ((bytes, at) => BitConverter.ToInt32(bytes, at), 4),
        "u4" => ((bytes, at) => BitConverter.ToUInt32(bytes, at), 4),
        "i8" => ((bytes, at) => BitConverter.ToInt64(bytes, at), 8),
        "u8" => ((bytes, at) => BitConverter.ToUInt64(bytes, at), 8),
        _ => null,
    };

    [GeneratedRegex("'descr': '([^']+)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}
