namespace SleapNn.Hdf5;

/// <summary>The file being written: parts are appended one after the other and found again by their address.</summary>
internal sealed class Hdf5Output(Stream stream)
{
    /// <summary>The address of what is not there.</summary>
    public const long Undefined = -1;

    /// <summary>Where the next part goes (a multiple of eight).</summary>
    public long End { get; private set; }

    /// <summary>Leaves room for a part that is written later.</summary>
    /// <returns>Its address.</returns>
    public long Reserve(int size)
    {
        var address = End;
        Append(new byte[size]);
        return address;
    }

    /// <summary>Writes a part at the end.</summary>
    /// <returns>Its address.</returns>
    public long Append(ReadOnlySpan<byte> part)
    {
        var address = End;
        stream.Position = address;
        stream.Write(part);
        var padding = (int)((8 - (part.Length % 8)) % 8);
        stream.Write(stackalloc byte[padding]);
        End = address + part.Length + padding;
        return address;
    }

    /// <summary>Writes a part at the end piece by piece.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="length">How many bytes they have together.</param>
    /// <returns>The address of the first.</returns>
    public long Append(IEnumerable<byte[]> pieces, long length)
    {
        var address = End;
        stream.Position = address;
        foreach (var piece in pieces)
        {
            stream.Write(piece);
        }

        if (stream.Position != address + length)
        {
            throw new ArgumentException($"There are {stream.Position - address} bytes instead of {length}.");
        }

        var padding = (int)((8 - (length % 8)) % 8);
        stream.Write(stackalloc byte[padding]);
        End = address + length + padding;
        return address;
    }

    /// <summary>Writes over a part that is there.</summary>
    public void Overwrite(long address, ReadOnlySpan<byte> part)
    {
        stream.Position = address;
        stream.Write(part);
        stream.Position = End;
    }
}
