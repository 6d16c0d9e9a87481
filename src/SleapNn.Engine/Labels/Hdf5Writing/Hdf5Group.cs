using System.Text;

namespace SleapNn.Hdf5;

/// <summary>A group of a file being written: named groups, datasets and attributes.</summary>
internal sealed class Hdf5Group
{
    private const int TreeCapacity = 2 * Hdf5File.GroupInternalK;
    private const int LeafCapacity = 2 * Hdf5File.GroupLeafK;

    private readonly Hdf5File file;
    private readonly Dictionary<string, Hdf5Group> groups = [];
    private readonly Dictionary<string, long> datasets = [];
    private readonly List<(int Type, byte[] Body)> attributes = [];

    internal Hdf5Group(Hdf5File file) => this.file = file;

    /// <summary>The group of a name inside this one; made when it is not there.</summary>
    public Hdf5Group Group(string name)
    {
        RequireName(name);
        if (datasets.ContainsKey(name))
        {
            throw new ArgumentException($"'{name}' is a dataset already.");
        }

        if (!groups.TryGetValue(name, out var group))
        {
            groups[name] = group = new Hdf5Group(file);
        }

        return group;
    }

    /// <summary>Attaches a value.</summary>
    public void Attribute(string name, Hdf5Attribute attribute) => attributes.Add(Hdf5Messages.Attribute(name, attribute, file.Heap));

    /// <summary>Adds a dataset; its data are written at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its elements; not of variable length.</param>
    /// <param name="shape">The size of each dimension.</param>
    /// <param name="data">The elements, the last dimension running fastest.</param>
    /// <param name="layout">How it is stored; one block by default.</param>
    /// <param name="attributesOfIt">The values attached to it.</param>
    public void Dataset(
        string name,
        Hdf5Type type,
        IReadOnlyList<long> shape,
        byte[] data,
        Hdf5Layout? layout = null,
        IEnumerable<(string Name, Hdf5Attribute Value)>? attributesOfIt = null)
    {
        RequireName(name);
        layout ??= Hdf5Layout.Contiguous;
        if (data.Length != shape.Aggregate((long)type.Size, (size, length) => size * length))
        {
            throw new ArgumentException($"'{name}' has {data.Length} bytes, which does not fit its shape.");
        }

        var address = data.Length == 0 ? Hdf5Output.Undefined
            : layout.Chunks is null ? file.Output.Append(data)
            : Hdf5Chunks.Write(file.Output, data, shape, layout.Chunks, type.Size, layout.Deflate);
        Add(name, Hdf5Messages.Dataset(type, shape, layout, address)
            .Concat((attributesOfIt ?? []).Select(attribute => Hdf5Messages.Attribute(attribute.Name, attribute.Value, file.Heap))));
    }

    /// <summary>Adds a list in one block whose elements are not all in memory at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its elements; not of variable length.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="pieces">The elements, some at a time.</param>
    public void StreamedList(string name, Hdf5Type type, long count, IEnumerable<byte[]> pieces)
    {
        RequireName(name);
        var address = count == 0 ? Hdf5Output.Undefined : file.Output.Append(pieces, count * type.Size);
        Add(name, Hdf5Messages.Dataset(type, [count], Hdf5Layout.Contiguous, address));
    }

    /// <summary>Adds a dataset of values of different lengths. They are taken one by one, so not all need to be in memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">A variable-length type.</param>
    /// <param name="shape">The size of each dimension.</param>
    /// <param name="items">The values, each as bytes.</param>
    /// <param name="layout">How it is stored; one block by default.</param>
    /// <param name="attributesOfIt">The values attached to it; asked for after the last item, so they may depend on the items.</param>
    public void VariableDataset(
        string name,
        Hdf5Type type,
        IReadOnlyList<long> shape,
        IEnumerable<byte[]> items,
        Hdf5Layout? layout = null,
        IEnumerable<(string Name, Hdf5Attribute Value)>? attributesOfIt = null)
    {
        var references = file.Heap.Store(items, type.Element!.Size);
        Dataset(name, type, shape, references, layout, attributesOfIt);
    }

    /// <summary>Writes the group's own structure, after everything in it.</summary>
    /// <returns>The addresses of its header, its tree and its heap of names.</returns>
    internal (long Header, long Tree, long Heap) Write()
    {
        var entries = groups.Select(group => (Name: group.Key, Address: group.Value.Write().Header))
            .Concat(datasets.Select(dataset => (Name: dataset.Key, Address: dataset.Value)))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList();

        // The heap begins with an empty name, which is also the key before the first entry.
        var names = new ByteWriter().U64(0L);
        var offsets = new long[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            offsets[i] = names.Length;
            names.PaddedName(entries[i].Name);
        }

        var nameBytes = names.ToArray();
        var heapAddress = file.Output.Reserve(32);
        var segment = file.Output.Append(nameBytes);
        file.Output.Overwrite(heapAddress, new ByteWriter().Bytes("HEAP"u8).U8(0).Zeros(3).U64(nameBytes.Length).U64(1L).U64(segment).ToArray());

        var leaves = new List<(byte[] Key, long Address)>();
        for (var i = 0; i < entries.Count; i += LeafCapacity)
        {
            var count = Math.Min(LeafCapacity, entries.Count - i);
            var leaf = new ByteWriter().Bytes("SNOD"u8).U8(1).U8(0).U16(count);
            for (var k = i; k < i + count; k++)
            {
                leaf.U64(offsets[k]).U64(entries[k].Address).Zeros(24);
            }

            leaf.Zeros((LeafCapacity - count) * 40);
            leaves.Add((Key(i == 0 ? 0 : offsets[i - 1]), file.Output.Append(leaf.ToArray())));
        }

        var tree = Hdf5BTree.Write(file.Output, Hdf5BTree.GroupNodes, TreeCapacity, leaves, Key(offsets.Length == 0 ? 0 : offsets[^1]));
        var header = Hdf5Messages.WriteHeader(file.Output, [Hdf5Messages.Group(tree, heapAddress), .. attributes]);
        return (header, tree, heapAddress);
    }

    private void Add(string name, IEnumerable<(int Type, byte[] Body)> messages)
    {
        if (groups.ContainsKey(name) || !datasets.TryAdd(name, Hdf5Messages.WriteHeader(file.Output, [.. messages])))
        {
            throw new ArgumentException($"'{name}' is there already.");
        }
    }

    private static byte[] Key(long offset) => BitConverter.GetBytes(offset);

    private static void RequireName(string name)
    {
        if (name.Length == 0 || name is "." || name.Contains('/') || name.Contains('\0'))
        {
            throw new ArgumentException($"'{name}' is no name for a group or dataset.");
        }
    }
}
