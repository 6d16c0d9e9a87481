using System.Buffers.Binary;
using System.Text;

namespace SleapNn.Evaluation;

/// <summary>
/// Reads a pickle of dictionaries, lists, texts, numbers and NumPy arrays as data. Five names of NumPy are known, each
/// with a meaning of its own here; any other is refused, so nothing in the file can run.
/// </summary>
/// <remarks>
/// Values: null, bool, long, double, string, byte[], <c>List&lt;object?&gt;</c>, <c>object?[]</c> (tuple),
/// <c>Dictionary&lt;string, object?&gt;</c>, <see cref="NumpyArray"/>.
/// </remarks>
internal sealed class NumpyPickleReader
{
    private const int MaxOperations = 5_000_000;
    private const int MaxElements = 1 << 27;

    private readonly byte[] bytes;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<int, object?> memo = [];
    private int at;
    private long elements;

    private NumpyPickleReader(byte[] bytes, int start) => (this.bytes, at) = (bytes, start);

    private enum Name
    {
        Reconstruct,
        Scalar,
        NdArray,
        DataType,
        Bool,
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="start">Where the pickle starts.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds what no metrics file holds.</exception>
    public static object? Read(byte[] bytes, int start) => new NumpyPickleReader(bytes, start).Run();

    private object? Run()
    {
        for (var i = 0; i < MaxOperations; i++)
        {
            var operation = (char)Take(1)[0];
            if (operation == '.')
            {
                return Pop() is NumpyArray { Item: { } item } ? item : throw new InvalidDataException("it holds no object");
            }

            Execute(operation);
        }

        throw new InvalidDataException("it has too many operations");
    }

    private void Execute(char operation)
    {
        switch (operation)
        {
            case '\x80': Take(1); break;
            case '\x95': Take(8); break;
            case '(': marks.Add(stack.Count); break;
            case 'N': stack.Add(null); break;
            case '\x88': stack.Add(true); break;
            case '\x89': stack.Add(false); break;
            case 'K': stack.Add((long)Take(1)[0]); break;
            case 'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': stack.Add(Encoding.UTF8.GetString(Take(Length(4)))); break;
            case '\x8c': stack.Add(Encoding.UTF8.GetString(Take(Length(1)))); break;
            case 'B': stack.Add(Take(Length(4)).ToArray()); break;
            case 'C': stack.Add(Take(Length(1)).ToArray()); break;
            case '}': stack.Add(new Dictionary<string, object?>()); break;
            case ']': stack.Add(new List<object?>()); break;
            case ')': stack.Add(Array.Empty<object?>()); break;
            case '\x85': stack.Add(PopMany(1)); break;
            case '\x86': stack.Add(PopMany(2)); break;
            case '\x87': stack.Add(PopMany(3)); break;
            case 't': stack.Add(PopToMark()); break;
            case 'a': Append(PopMany(1)); break;
            case 'e': Append(PopToMark()); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': memo[Take(1)[0]] = Peek(); break;
            case 'r': memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = Peek(); break;
            case '\x94': memo[memo.Count] = Peek(); break;
            case 'h': stack.Add(Recall(Take(1)[0])); break;
            case 'j': stack.Add(Recall(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case 'c': stack.Add(Known(Line(), Line())); break;
            case '\x93':
                var name = PopMany(2);
                stack.Add(name is [string module, string member] ? Known(module, member) : throw Damaged());
                break;
            case 'R': Call(); break;
            case 'b': Build(); break;
            default: throw new InvalidDataException($"it uses the operation 0x{(int)operation:x2}, which no metrics file has");
        }
    }

    private static object Known(string module, string member) => (module, member) switch
    {
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => Name.Reconstruct,
        ("numpy.core.multiarray" or "numpy._core.multiarray", "scalar") => Name.Scalar,
        ("numpy", "ndarray") => Name.NdArray,
        ("numpy", "dtype") => Name.DataType,
        ("numpy", "bool" or "bool_") => Name.Bool,
        _ => throw new InvalidDataException($"it holds an object of the class {module}.{member}, which is not read (the metrics files of SLEAP 1.x hold such)"),
    };

    private void Call()
    {
        var arguments = PopMany(2);
        stack.Add(arguments switch
        {
            [Name.Reconstruct, object?[] and [Name.NdArray, ..]] => new NumpyArray(),
            [Name.DataType, object?[] and [string code, ..]] => new DataType(code),
            [Name.Scalar, object?[] and [DataType type, byte[] data]] => type.Scalar(data),
            _ => throw Damaged(),
        });
    }

    private void Build()
    {
        var state = PopMany(1)[0];
        switch (Peek(), state)
        {
            case (DataType type, object?[] and [_, string order, ..]):
                type.Order = order;
                break;
            case (NumpyArray array, object?[] and [_, object?[] shape, DataType type, bool fortran, var data]):
                Fill(array, shape, type, fortran, data);
                break;
            default:
                throw Damaged();
        }
    }

    private void Fill(NumpyArray array, object?[] shape, DataType type, bool fortran, object? data)
    {
        if (type.Code is "O8" or "O4" or "O")
        {
            array.Item = shape.Length == 0 && data is List<object?> and [var only] ? only : throw Damaged();
            return;
        }

        var sizes = Array.ConvertAll(shape, s => s is long and >= 0 and <= MaxElements and var n ? (int)n : throw Damaged());
        var count = sizes.Aggregate(1L, (a, b) => Math.Min(a * b, MaxElements + 1L));
        elements += count;
        if (elements > MaxElements || data is not byte[] content || content.Length != count * type.Size)
        {
            throw Damaged();
        }

        if (fortran && sizes.Count(s => s > 1) > 1)
        {
            throw new InvalidDataException("it holds an array in column order, which is not read");
        }

        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type.Element(content, i);
        }

        (array.Shape, array.Values, array.IsBoolean) = (sizes, values, type.Code == "b1");
    }

    private void Append(object?[] values)
    {
        var list = Peek() as List<object?> ?? throw Damaged();
        list.AddRange(values);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not Dictionary<string, object?> map || items.Length % 2 != 0)
        {
            throw Damaged();
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            map[items[i] as string ?? throw Damaged()] = items[i + 1];
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - at)
        {
            throw new InvalidDataException("it is cut off");
        }

        at += count;
        return bytes.AsSpan(at - count, count);
    }

    private int Length(int size) => size == 1 ? Take(1)[0] : BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private string Line()
    {
        var length = bytes.AsSpan(at).IndexOf((byte)'\n');
        var text = Encoding.UTF8.GetString(Take(length));
        at++;
        return text;
    }

    private object? Recall(int index) => memo.TryGetValue(index, out var value) ? value : throw Damaged();

    private object? Peek() => stack.Count > 0 ? stack[^1] : throw Damaged();

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count) =>
        stack.Count - (marks.Count > 0 ? marks[^1] : 0) >= count ? PopFrom(stack.Count - count) : throw Damaged();

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Damaged();
        }

        var start = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        return PopFrom(start);
    }

    private object?[] PopFrom(int start)
    {
        var values = stack.GetRange(start, stack.Count - start).ToArray();
        stack.RemoveRange(start, values.Length);
        return values;
    }

    private static InvalidDataException Damaged() => new("its pickle is damaged or made by something else than sleap-nn");

    private sealed class DataType(string code)
    {
        public string Code { get; } = code;

        public string Order { get; set; } = "<";

        public int Size => Code switch
        {
            "f8" or "i8" or "u8" => 8,
            "f4" or "i4" or "u4" => 4,
            "b1" or "u1" or "i1" => 1,
            _ => throw new InvalidDataException($"it holds numbers of the type {Code}, which is not read"),
        };

        public object Scalar(byte[] data)
        {
            if (data.Length != Size)
            {
                throw Damaged();
            }

            var value = Element(data, 0);
            return Code[0] == 'f' ? value : (object)(long)value;
        }

        public double Element(byte[] data, int index)
        {
            if (Order == ">")
            {
                throw new InvalidDataException("it holds big-endian numbers, which are not read");
            }

            var span = data.AsSpan(index * Size, Size);
            return Code switch
            {
                "f8" => BinaryPrimitives.ReadDoubleLittleEndian(span),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(span),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(span),
                "u8" => BinaryPrimitives.ReadUInt64LittleEndian(span),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(span),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(span),
                "i1" => (sbyte)span[0],
                _ => span[0],
            };
        }
    }
}
