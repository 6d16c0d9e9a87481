using System.Text;

namespace SleapNn.Hdf5;

/// <summary>
/// A tree of nodes that finds the parts of a group or a chunked dataset (version 1 B-tree, HDF5 File Format
/// Specification, III.A.1). All parts are known when it is written, so its nodes are filled from left to right.
/// </summary>
internal static class Hdf5BTree
{
    public const int GroupNodes = 0;
    public const int ChunkNodes = 1;

    /// <summary>Writes a tree.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="type">What it finds.</param>
    /// <param name="capacity">The children of one node.</param>
    /// <param name="children">The parts in order, with the key that comes before each.</param>
    /// <param name="lastKey">The key after the last part.</param>
    /// <returns>The address of the root node.</returns>
    public static long Write(Hdf5Output output, int type, int capacity, IReadOnlyList<(byte[] Key, long Address)> children, byte[] lastKey)
    {
        var keySize = lastKey.Length;
        for (var level = 0; ; level++)
        {
            var count = Math.Max(1, (children.Count + capacity - 1) / capacity);
            var first = output.Reserve(0);
            var size = 24 + ((capacity + 1) * keySize) + (capacity * 8);
            size = (size + 7) / 8 * 8;
            var parents = new List<(byte[] Key, long Address)>();
            for (var i = 0; i < count; i++)
            {
                var own = children.Skip(i * capacity).Take(capacity).ToList();
                var end = (i + 1) * capacity < children.Count ? children[(i + 1) * capacity].Key : lastKey;
                var node = new ByteWriter().Bytes("TREE"u8).U8(type).U8(level).U16(own.Count)
                    .U64(i > 0 ? first + ((i - 1) * (long)size) : Hdf5Output.Undefined)
                    .U64(i < count - 1 ? first + ((i + 1) * (long)size) : Hdf5Output.Undefined);
                foreach (var (key, address) in own)
                {
                    node.Bytes(key).U64(address);
                }

                node.Bytes(end).Zeros(size - node.Length);
                parents.Add((own.Count > 0 ? own[0].Key : lastKey, output.Append(node.ToArray())));
            }

            if (count == 1)
            {
                return parents[0].Address;
            }

            children = parents;
        }
    }
}
