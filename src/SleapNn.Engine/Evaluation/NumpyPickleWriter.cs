using System.Text;

namespace SleapNn.Evaluation;

/// <summary>Writes dictionaries, lists, texts, numbers and arrays as a pickle that NumPy 1 and 2 load.</summary>
internal sealed class NumpyPickleWriter
{
    private readonly MemoryStream output = new();

    /// <summary>The pickle of an array without dimensions that holds one object, as <c>np.savez</c> makes of a dictionary.</summary>
    public static byte[] Write(Dictionary<string, object?> content)
    {
        var writer = new NumpyPickleWriter();
        writer.Raw("\x80\x03");
        writer.Array([], "O8", "|", flags: 63, () =>
        {
            writer.Raw("](");
            writer.Value(content);
            writer.Raw("e");
        });
        writer.Raw(".");
        return writer.output.ToArray();
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Raw("N"); break;
            case int number: Raw("J"); output.Write(BitConverter.GetBytes(number)); break;
            case double number:
                Raw("G");
                var bytes = BitConverter.GetBytes(number);
                System.Array.Reverse(bytes);
                output.Write(bytes);
                break;
            case string text: Text(text); break;
            case IReadOnlyList<object> list:
                Raw("](");
                foreach (var item in list)
                {
                    Value(item);
                }

                Raw("e");
                break;
            case Dictionary<string, object?> map:
                Raw("}(");
                foreach (var (key, item) in map)
                {
                    Text(key);
                    Value(item);
                }

                Raw("u");
                break;
            case NumpyArray array:
                Array(array.Shape, array.IsBoolean ? "b1" : "f8", array.IsBoolean ? "|" : "<", flags: 0, () => Bytes(array));
                break;
            default:
                throw new ArgumentException($"A value of the type {value.GetType()} cannot be written.");
        }
    }

    // numpy.ndarray.__setstate__ takes (version, shape, dtype, is_fortran, data).
    private void Array(int[] shape, string code, string order, int flags, Action data)
    {
        Raw("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n");
        Value(0);
        Raw("\x85");
        Raw("C\x01" + "b\x87R(");
        Value(1);
        Raw("(");
        foreach (var size in shape)
        {
            Value(size);
        }

        Raw("tcnumpy\ndtype\n");
        Text(code);
        Raw("\x89\x88\x87R(");
        Value(3);
        Text(order);
        Raw("NNN");
        Value(-1);
        Value(-1);
        Value(flags);
        Raw("tb\x89");
        data();
        Raw("tb");
    }

    private void Bytes(NumpyArray array)
    {
        Raw("B");
        output.Write(BitConverter.GetBytes(array.Values.Length * (array.IsBoolean ? 1 : 8)));
        foreach (var value in array.Values)
        {
            if (array.IsBoolean)
            {
                output.WriteByte((byte)value);
            }
            else
            {
                output.Write(BitConverter.GetBytes(value));
            }
        }
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Raw("X");
        output.Write(BitConverter.GetBytes(bytes.Length));
        output.Write(bytes);
    }

    private void Raw(string operations) => output.Write(Encoding.Latin1.GetBytes(operations));
}
