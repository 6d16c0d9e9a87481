using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace SleapNn.Tests;

/// <summary>Reads NumPy's <c>.npz</c> archives: C-ordered arrays of plain numbers.</summary>
internal sealed partial class NpzFile
{
    private readonly Dictionary<string, NpyArray> arrays = [];

    public NpzFile(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            arrays[Path.GetFileNameWithoutExtension(entry.Name)] = Parse(memory.ToArray());
        }
    }

    public IReadOnlyCollection<string> Names => arrays.Keys;

    public NpyArray this[string name] => arrays.TryGetValue(name, out var array)
        ? array
        : throw new KeyNotFoundException($"No array '{name}'; there are: {string.Join(", ", arrays.Keys)}.");

    private static NpyArray Parse(byte[] bytes)
    {
        var wide = bytes[6] >= 2;
        var headerLength = wide ? BitConverter.ToInt32(bytes, 8) : BitConverter.ToUInt16(bytes, 8);
        var start = wide ? 12 : 10;
        var header = Encoding.Latin1.GetString(bytes, start, headerLength);
        var type = Descr().Match(header).Groups[1].Value;
        var shape = Shape().Match(header).Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(long.Parse).ToArray();
        return new NpyArray(type, shape, header.Contains("'fortran_order': True"), bytes[(start + headerLength)..]);
    }

    [GeneratedRegex("'descr': '([^']+)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}

/// <summary>One NumPy array.</summary>
internal sealed record NpyArray(string Type, long[] Shape, bool FortranOrder, byte[] Data)
{
    public double[] ToDoubles()
    {
        if (FortranOrder && Shape.Count(n => n > 1) > 1)
        {
            throw new NotSupportedException("Fortran-ordered arrays are not read.");
        }

        var size = int.Parse(Type[2..]);
        var values = new double[Data.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var at = i * size;
            values[i] = Type[1..] switch
            {
                "f4" => BitConverter.ToSingle(Data, at),
                "f8" => BitConverter.ToDouble(Data, at),
                "f2" => (double)BitConverter.ToHalf(Data, at),
                "u1" or "b1" => Data[at],
                "i1" => (sbyte)Data[at],
                "i4" => BitConverter.ToInt32(Data, at),
                "i8" => BitConverter.ToInt64(Data, at),
                "u2" => BitConverter.ToUInt16(Data, at),
                "u4" => BitConverter.ToUInt32(Data, at),
                "u8" => BitConverter.ToUInt64(Data, at),
                _ => throw new NotSupportedException($"NumPy type {Type}."),
            };
        }

        return values;
    }

    public float[] ToSingles() => Array.ConvertAll(ToDoubles(), value => (float)value);

    public byte[] ToBytes() => Type is "|u1" ? Data : throw new NotSupportedException($"NumPy type {Type} is not bytes.");
}
