using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace SleapNn.Checkpoints;

/// <summary>
/// Reads the pickle of a checkpoint as data. It knows the operations that PyTorch writes and the names of
/// <see cref="PickleGlobals"/>; calling a name describes a tensor, makes an empty dictionary or leaves an
/// <see cref="OpaqueValue"/>. No code of the file can run, since there is none to run it.
/// </summary>
/// <remarks>
/// Values: null, bool, long, <see cref="BigInteger"/> (beyond 64 bits), double, string, <c>List&lt;object?&gt;</c> (list),
/// <c>object?[]</c> (tuple), <c>OrderedMap&lt;object, object?&gt;</c> (dict), <see cref="PickleTensor"/>,
/// <see cref="PickleStorage"/>, <see cref="PickleGlobal"/> and <see cref="OpaqueValue"/>.
/// </remarks>
internal sealed class PickleReader
{
    // Ten times what the largest model with its optimizer needs; bounds time and memory of a hostile file.
    private const int MaxOperations = 2_000_000;
    private const int MaxOpenMarks = 1000;
    private const int MaxTextLength = 1 << 20;

    private readonly string path;
    private readonly byte[] bytes;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<int, object?> memo = [];
    private int at;

    private PickleReader(byte[] bytes, string path)
    {
        this.bytes = bytes;
        this.path = path;
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="bytes">The pickle.</param>
    /// <param name="path">The file that it is from, for messages.</param>
    public static object? Read(byte[] bytes, string path) => new PickleReader(bytes, path).Run();

    private object? Run()
    {
        for (var count = 0; count < MaxOperations; count++)
        {
            var operation = (char)Take(1)[0];
            if (operation == '.')
            {
                return Pop();
            }

            Execute(operation);
        }

        throw Damaged("it has more operations than any checkpoint");
    }

    private void Execute(char operation)
    {
        switch (operation)
        {
            case '\x80':
                if (Take(1)[0] is 0 or > 5)
                {
                    throw Damaged("its pickle has an unknown protocol");
                }

                break;
            case '(':
                if (marks.Count == MaxOpenMarks)
                {
                    throw Damaged("its values are nested too deep");
                }

                marks.Add(stack.Count);
                break;
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Take(1)[0]); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': Push(ReadLong(Take(1)[0])); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': Push(ReadText()); break;
            case '}': Push(new OrderedMap<object, object?>()); break;
            case ']': Push(new List<object?>(0)); break;
            case ')': Push(Array.Empty<object?>()); break;
            case '\x85': Push(PopMany(1)); break;
            case '\x86': Push(PopMany(2)); break;
            case '\x87': Push(PopMany(3)); break;
            case 't': Push(PopToMark()); break;
            case 'a': Append([Pop()]); break;
            case 'e': Append(PopToMark()); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': memo[Take(1)[0]] = Peek(); break;
            case 'r': memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = Peek(); break;
            case 'h': Push(Recall(Take(1)[0])); break;
            case 'j': Push(Recall(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case 'c': Push(ReadGlobal()); break;
            case 'Q': Push(MakeStorage(Pop())); break;
            case 'R': Reduce(); break;
            case '\x81': Reduce(); break;
            case 'b': Build(); break;
            default:
                throw CheckpointErrors.Unsupported(path, $"its pickle uses operation 0x{(int)operation:x2}, which no checkpoint of PyTorch has");
        }
    }

    private PickleGlobal ReadGlobal()
    {
        var global = new PickleGlobal(ReadLine(), ReadLine());
        return PickleGlobals.Of(global) == PickleGlobals.Meaning.Refused
            ? throw CheckpointErrors.Unsafe(path, global.ToString())
            : global;
    }

    private void Reduce()
    {
        var arguments = Pop() as object?[] ?? throw Damaged("a call has no argument list");
        var called = Pop();
        if (called is not PickleGlobal global)
        {
            throw Damaged("it calls something that is no name");
        }

        Push(PickleGlobals.Of(global) switch
        {
            PickleGlobals.Meaning.Map => MakeMap(global, arguments),
            PickleGlobals.Meaning.Tensor => MakeTensor(arguments),
            PickleGlobals.Meaning.Parameter when arguments is [PickleTensor tensor, ..] => tensor,
            PickleGlobals.Meaning.Size when arguments is [object?[] sizes] => sizes,
            PickleGlobals.Meaning.Opaque => new OpaqueValue(global.ToString()),
            _ => throw Damaged($"it calls {global} with arguments that it does not take"),
        });
    }

    private OrderedMap<object, object?> MakeMap(PickleGlobal global, object?[] arguments)
    {
        var map = new OrderedMap<object, object?>();
        if (global.Name == "OrderedDict" && arguments is [List<object?> pairs])
        {
            foreach (var pair in pairs)
            {
                var (key, value) = pair switch
                {
                    object?[] and [var k, var v] => (k, v),
                    List<object?> and [var k, var v] => (k, v),
                    _ => throw Damaged("an OrderedDict is made of something else than pairs"),
                };
                SetItem(map, key, value);
            }
        }

        return map;
    }

    private PickleTensor MakeTensor(object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long offset, object?[] sizes, object?[] strides, ..]
            || sizes.Length != strides.Length || sizes.Length > 64)
        {
            throw Damaged("a tensor is described by something else than storage, offset, sizes and strides");
        }

        return new PickleTensor(storage, offset, ToNumbers(sizes), ToNumbers(strides));
    }

    private long[] ToNumbers(object?[] values) => Array.ConvertAll(values, value => value is long number and >= 0
        ? number
        : throw Damaged("a tensor has sizes or strides that are no numbers from zero up"));

    private PickleStorage MakeStorage(object? identity) =>
        identity is object?[] and ["storage", PickleGlobal type, string key, string, long count]
            && PickleGlobals.Of(type) == PickleGlobals.Meaning.Storage && count >= 0
            ? new PickleStorage(type.Name, key, count)
            : throw Damaged("a storage is described by something else than type, key, place and count");

    private void Build()
    {
        Pop();
        if (Peek() is not (OrderedMap<object, object?> or OpaqueValue or PickleTensor))
        {
            throw Damaged("it sets the state of something that has none");
        }
    }

    private void Append(object?[] values)
    {
        switch (Peek())
        {
            case List<object?> list:
                list.AddRange(values);
                break;
            case OpaqueValue:
                break;
            default:
                throw Damaged("it appends to something that is no list");
        }
    }

    private void SetItems(object?[] keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
        {
            throw Damaged("a dictionary has a key without value");
        }

        switch (Peek())
        {
            case OrderedMap<object, object?> map:
                for (var i = 0; i < keysAndValues.Length; i += 2)
                {
                    SetItem(map, keysAndValues[i], keysAndValues[i + 1]);
                }

                break;
            case OpaqueValue:
                break;
            default:
                throw Damaged("it sets items of something that is no dictionary");
        }
    }

    private void SetItem(OrderedMap<object, object?> map, object? key, object? value)
    {
        if (key is null or List<object?> or OrderedMap<object, object?> or PickleTensor)
        {
            throw Damaged("a dictionary has a key that cannot be one");
        }

        map[key] = value;
    }

    private object ReadLong(int length)
    {
        var number = new BigInteger(Take(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private string ReadText()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length > MaxTextLength ? throw Damaged("a text is too long") : Encoding.UTF8.GetString(Take((int)length));
    }

    private string ReadLine()
    {
        var length = bytes.AsSpan(at).IndexOf((byte)'\n');
        if (length is < 0 or > 1000)
        {
            throw Damaged("a name does not end");
        }

        var text = Encoding.UTF8.GetString(Take(length));
        at++;
        return text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - at)
        {
            throw Damaged("its pickle is cut off");
        }

        at += count;
        return bytes.AsSpan(at - count, count);
    }

    private object? Recall(int index) => memo.TryGetValue(index, out var value)
        ? value
        : throw Damaged("it refers to a value that it does not have");

    private void Push(object? value) => stack.Add(value);

    private object? Peek()
    {
        RequireValues(1);
        return stack[^1];
    }

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        RequireValues(count);
        return PopFrom(stack.Count - count);
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Damaged("it closes what it has not opened");
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

    private void RequireValues(int count)
    {
        if (stack.Count - (marks.Count > 0 ? marks[^1] : 0) < count)
        {
            throw Damaged("an operation lacks its values");
        }
    }

    private ModelException Damaged(string what) => CheckpointErrors.Damaged(path, what);
}
