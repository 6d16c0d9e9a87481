namespace SleapNn.LabelFiles;

/// <summary>
/// A read-only stream that keeps a damaged or hostile HDF5 file from running the reader for ever: a structure that
/// points back at itself ends in an <see cref="InvalidDataException"/>, not in a full stack or an endless loop.
/// </summary>
internal sealed class GuardedStream : Stream
{
    private const long ReadsAllowed = 1_000_000;
    private const nuint DepthAllowed = 128 << 10;

    private readonly FileStream inner;
    private readonly long bytesAllowed;
    private readonly long readsAllowed;
    private int baseThread;
    private nuint baseDepth;
    private long bytesRead;
    private long reads;

    public GuardedStream(string path)
    {
        inner = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 14);
        bytesAllowed = (256L << 20) + (64 * inner.Length);
        readsAllowed = ReadsAllowed + inner.Length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        CheckDepth();

        bytesRead += buffer.Length;
        if (++reads > readsAllowed || bytesRead > bytesAllowed)
        {
            throw new InvalidDataException("its structure points back at itself");
        }

        var count = inner.Read(buffer);
        return count == 0 && buffer.Length > 0 ? throw new EndOfStreamException("it ends early") : count;
    }

    // Every level of a recursion reads something, so the depth of the stack is checked where it is read: against the
    // shallowest point seen on this thread, since unwinding a stack that is nearly full takes many seconds.
    private unsafe void CheckDepth()
    {
        byte here;
        var depth = (nuint)(&here);
        var thread = Environment.CurrentManagedThreadId;
        if (thread != baseThread || depth > baseDepth)
        {
            (baseThread, baseDepth) = (thread, depth);
        }
        else if (baseDepth - depth > DepthAllowed || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new InvalidDataException("its structure is nested without end");
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => inner.Position + offset,
            _ => inner.Length + offset,
        };
        return target >= 0 && target <= inner.Length
            ? inner.Seek(target, SeekOrigin.Begin)
            : throw new EndOfStreamException("it points outside itself");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
