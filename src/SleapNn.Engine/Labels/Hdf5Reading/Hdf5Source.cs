using PureHDF;
using PureHDF.VOL.Native;

namespace SleapNn.LabelFiles;

/// <summary>An open HDF5 file that may be damaged.</summary>
internal sealed class Hdf5Source : IDisposable
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    private readonly GuardedStream stream;

    private Hdf5Source(string path, GuardedStream stream)
    {
        Path = path;
        this.stream = stream;
        Length = stream.Length;
        Root = H5File.Open(stream, leaveOpen: true);
    }

    public string Path { get; }

    public long Length { get; }

    public NativeFile Root { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is no HDF5 file.</exception>
    public static Hdf5Source Open(string path)
    {
        var stream = new GuardedStream(path);
        try
        {
            if (stream.Length == 0)
            {
                throw new InvalidDataException("it is empty");
            }

            Span<byte> start = stackalloc byte[8];
            if (stream.Length < 96 || stream.Read(start) != 8 || !start.SequenceEqual(Signature))
            {
                throw new InvalidDataException("it is not an HDF5 file");
            }

            stream.Position = 0;
            return new Hdf5Source(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Root.Dispose();
        stream.Dispose();
    }
}
