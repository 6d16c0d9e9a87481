using System.Text;

namespace SleapNn.Hdf5;

/// <summary>A small value attached to a group or a dataset.</summary>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The size of each dimension; empty for a single value.</param>
/// <param name="Data">The elements. For a variable-length type null: <paramref name="Items"/> has them.</param>
/// <param name="Items">The elements of a variable-length type, each as bytes.</param>
internal sealed record Hdf5Attribute(Hdf5Type Type, IReadOnlyList<long> Shape, byte[]? Data, IReadOnlyList<byte[]>? Items = null)
{
    public static Hdf5Attribute Number(double value) => new(Hdf5Type.Float64, [], BitConverter.GetBytes(value));

    public static Hdf5Attribute Integer(long value) => new(Hdf5Type.Int64, [], BitConverter.GetBytes(value));

    /// <summary>Text of its own fixed length, as h5py writes NumPy's byte strings.</summary>
    public static Hdf5Attribute FixedText(string text) => Encoding.UTF8.GetBytes(text) is var bytes && bytes.Length > 0
        ? new(Hdf5Type.FixedString(bytes.Length), [], bytes)
        : new(Hdf5Type.FixedString(1), [], [0]);

    /// <summary>Text of variable length, as h5py writes a Python string.</summary>
    public static Hdf5Attribute Text(string text) => new(Hdf5Type.VariableString, [], null, [Encoding.UTF8.GetBytes(text)]);
}
