using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using TorchSharp;

namespace SleapNn.Checkpoints;

/// <summary>
/// Writes data trees in pickle protocol 2 with the operations in the order of Python's own pickler, and collects the
/// storages of the tensors. Equal texts are written once and referred to after that.
/// </summary>
internal sealed class PickleWriter
{
    private const int BatchLength = 1000; // Python's pickler closes and reopens a list or dict after so many items.
    private const int MaxDepth = 100;

    private readonly string path;
    private readonly MemoryStream output = new();
    private readonly Dictionary<object, int> memo = [];
    private readonly Dictionary<object, int> containers = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Key, torch.Tensor Storage)> storages = [];
    private int memoCount;

    /// <param name="path">The file that is written, for messages.</param>
    public PickleWriter(string path) => this.path = path;

    /// <summary>A map that Python is to see as an <c>OrderedDict</c>.</summary>
    public sealed record OrderedDict(OrderedMap<object, object?> Map);

    /// <summary>Key and content of each storage: contiguous tensors on the CPU.</summary>
    public IReadOnlyList<(string Key, torch.Tensor Storage)> Storages => storages;

    public void Write(object? root)
    {
        output.Write([0x80, 2]);
        Save(root, 0);
        output.WriteByte((byte)'.');
    }

    public byte[] ToArray() => output.ToArray();

    private void Save(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Invalid("its values are nested too deep, or contain themselves");
        }

        switch (value)
        {
            case null: output.WriteByte((byte)'N'); break;
            case bool flag: output.WriteByte(flag ? (byte)0x88 : (byte)0x89); break;
            case int number: SaveInteger(number); break;
            case long number: SaveInteger(number); break;
            case BigInteger number: SaveLong(number.ToByteArray()); break;
            case float number: SaveDouble(number); break;
            case double number: SaveDouble(number); break;
            case string text: SaveText(text); break;
            case torch.Tensor tensor: SaveTensor(tensor); break;
            case OrderedDict dictionary: SaveOrderedDict(dictionary.Map, depth); break;
            case object?[] tuple: SaveTuple(tuple, depth); break;
            case List<object?> list: SaveOnce(list, "]", () => SaveItems(list, depth)); break;
            case OrderedMap<object, object?> map: SaveOnce(map, "}", () => SaveEntries(map, depth)); break;
            default: throw Invalid($"{value} ({value.GetType().Name}) is not plain data");
        }
    }

    private void SaveInteger(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        switch (value)
        {
            case >= 0 and <= byte.MaxValue: Put('K', bytes[..1]); break;
            case >= 0 and <= ushort.MaxValue: Put('M', bytes[..2]); break;
            case >= int.MinValue and <= int.MaxValue: Put('J', bytes[..4]); break;
            default: SaveLong(new BigInteger(value).ToByteArray()); break;
        }
    }

    private void SaveLong(byte[] bytes)
    {
        if (bytes.Length > byte.MaxValue)
        {
            throw Invalid("it holds a number of more than 255 bytes");
        }

        Put('\x8a', [(byte)bytes.Length]);
        output.Write(bytes);
    }

    private void SaveDouble(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Put('G', bytes);
    }

    private void SaveText(string text)
    {
        if (Recall(text))
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Put('X', length);
        output.Write(bytes);
        Memoize(text);
    }

    private void SaveGlobal(string module, string name)
    {
        var global = new PickleGlobal(module, name);
        if (!Recall(global))
        {
            Put('c', Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
            Memoize(global);
        }
    }

    private void SaveTuple(object?[] tuple, int depth)
    {
        if (tuple.Length == 0)
        {
            output.WriteByte((byte)')');
            return;
        }

        if (tuple.Length > 3)
        {
            output.WriteByte((byte)'(');
        }

        foreach (var item in tuple)
        {
            Save(item, depth + 1);
        }

        output.WriteByte(tuple.Length switch { 1 => 0x85, 2 => 0x86, 3 => 0x87, _ => (byte)'t' });
        Memoize(null);
    }

    private void SaveOnce(object container, string empty, Action saveContent)
    {
        if (containers.TryGetValue(container, out var index))
        {
            PutIndex('h', 'j', index);
            return;
        }

        output.WriteByte((byte)empty[0]);
        containers.Add(container, memoCount);
        Memoize(null);
        saveContent();
    }

    private void SaveItems(List<object?> list, int depth)
    {
        foreach (var batch in list.Chunk(BatchLength))
        {
            if (batch.Length > 1)
            {
                output.WriteByte((byte)'(');
            }

            foreach (var item in batch)
            {
                Save(item, depth + 1);
            }

            output.WriteByte(batch.Length > 1 ? (byte)'e' : (byte)'a');
        }
    }

    private void SaveEntries(OrderedMap<object, object?> map, int depth)
    {
        foreach (var batch in map.Chunk(BatchLength))
        {
            if (batch.Length > 1)
            {
                output.WriteByte((byte)'(');
            }

            foreach (var (key, value) in batch)
            {
                Save(key, depth + 1);
                Save(value, depth + 1);
            }

            output.WriteByte(batch.Length > 1 ? (byte)'u' : (byte)'s');
        }
    }

    private void SaveOrderedDict(OrderedMap<object, object?>? map, int depth)
    {
        SaveGlobal("collections", "OrderedDict");
        output.Write(")R"u8);
        Memoize(null);
        if (map is not null)
        {
            SaveEntries(map, depth);
        }
    }

    private void SaveTensor(torch.Tensor tensor)
    {
        var type = StorageTypes.NameOf(tensor.dtype) ?? throw Invalid($"PyTorch has no storage for tensors of type {tensor.dtype}");
        var stored = tensor.detach().cpu().contiguous();
        if (stored.numel() * stored.ElementSize > int.MaxValue)
        {
            throw Invalid($"a tensor of shape ({string.Join(", ", tensor.shape)}) has more than 2 GB");
        }

        var key = storages.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        storages.Add((key, stored));

        SaveGlobal("torch._utils", "_rebuild_tensor_v2");
        output.Write("(("u8);
        SaveText("storage");
        SaveGlobal("torch", type);
        SaveText(key);
        SaveText("cpu");
        SaveInteger(stored.numel());
        output.WriteByte((byte)'t');
        Memoize(null);
        output.WriteByte((byte)'Q');
        SaveInteger(0);
        SaveTuple([.. stored.shape.Cast<object?>()], 0);
        SaveTuple([.. stored.stride().Cast<object?>()], 0);
        Save(false, 0);
        SaveOrderedDict(null, 0);
        output.WriteByte((byte)'t');
        Memoize(null);
        output.WriteByte((byte)'R');
        Memoize(null);
    }

    private bool Recall(object value)
    {
        if (!memo.TryGetValue(value, out var index))
        {
            return false;
        }

        PutIndex('h', 'j', index);
        return true;
    }

    private void Memoize(object? value)
    {
        if (value is not null)
        {
            memo.Add(value, memoCount);
        }

        PutIndex('q', 'r', memoCount);
        memoCount++;
    }

    private void PutIndex(char small, char large, int index)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, index);
        if (index <= byte.MaxValue)
        {
            Put(small, bytes[..1]);
        }
        else
        {
            Put(large, bytes);
        }
    }

    private void Put(char operation, ReadOnlySpan<byte> argument)
    {
        output.WriteByte((byte)operation);
        output.Write(argument);
    }

    private ModelException Invalid(string what) =>
        new("CheckpointContentInvalid", $"The checkpoint '{path}' cannot be written: {what}.", path);
}
