using System.Buffers.Binary;
using System.Text;

namespace SleapNn.Tests.Checkpoints;

/// <summary>Puts pickles together by hand, and lists the operations of others.</summary>
internal sealed class PickleText
{
    private readonly MemoryStream output = new();

    public PickleText() => output.Write([0x80, 2]);

    public byte[] ToArray() => output.ToArray();

    public PickleText Raw(string latin1)
    {
        output.Write(Encoding.Latin1.GetBytes(latin1));
        return this;
    }

    public PickleText End() => Raw(".");

    /// <summary>A pickle that calls a name with one text.</summary>
    public PickleText Call(string module, string name, string argument) =>
        Raw($"c{module}\n{name}\n").Text(argument).Raw("\u0085R").End();

    /// <summary>A checkpoint whose state dict views storage 0.</summary>
    public PickleText StateDict(params (string Name, string Storage, long Count, long Offset, long[] Sizes, long[] Strides)[] tensors)
    {
        Raw("}").Text("state_dict").Raw("}(");
        foreach (var tensor in tensors)
        {
            Text(tensor.Name).Raw("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Raw($"ctorch\n{tensor.Storage}\n");
            Text("0").Text("cpu").Number(tensor.Count).Raw("tQ").Number(tensor.Offset).Tuple(tensor.Sizes).Tuple(tensor.Strides);
            Raw("\u0089ccollections\nOrderedDict\n)RtR");
        }

        return Raw("us").End();
    }

    /// <summary>
    /// The operations of a pickle with their texts; names and memo operations are left out, since which of them comes first
    /// depends on what came before.
    /// </summary>
    public static List<string> Operations(byte[] pickle)
    {
        var operations = new List<string>();
        for (var at = 0; at < pickle.Length;)
        {
            var operation = (char)pickle[at++];
            var length = operation switch
            {
                '\u0080' or 'K' => 1,
                'M' => 2,
                'J' => 4,
                'G' => 8,
                'X' => 4 + BinaryPrimitives.ReadInt32LittleEndian(pickle.AsSpan(at)),
                '\u008a' => 1 + pickle[at],
                'c' => LengthOfLines(pickle.AsSpan(at)),
                'q' or 'h' => 1,
                'r' or 'j' => 4,
                _ => 0,
            };
            var argument = operation is 'X' ? pickle.AsSpan(at + 4, length - 4) : pickle.AsSpan(at, operation is 'K' or 'M' ? length : 0);
            if (operation is not ('q' or 'r' or 'h' or 'j' or 'c'))
            {
                var text = operation is 'K' or 'M' ? Convert.ToHexString(argument) : Encoding.UTF8.GetString(argument);
                operations.Add($"{operation} {text}");
            }

            at += length;
        }

        return operations;
    }

    private static int LengthOfLines(ReadOnlySpan<byte> bytes)
    {
        var first = bytes.IndexOf((byte)'\n') + 1;
        return first + bytes[first..].IndexOf((byte)'\n') + 1;
    }

    public PickleText Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        output.WriteByte((byte)'X');
        output.Write(length);
        output.Write(bytes);
        return this;
    }

    public PickleText Number(long value)
    {
        output.Write([0x8a, 8]);
        output.Write(BitConverter.GetBytes(value));
        return this;
    }

    public PickleText Tuple(long[] values)
    {
        Raw("(");
        Array.ForEach(values, value => Number(value));
        return Raw("t");
    }
}
