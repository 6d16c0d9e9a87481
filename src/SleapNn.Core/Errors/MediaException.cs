namespace SleapNn;

/// <summary>A video or image that cannot be opened, read or written.</summary>
public sealed class MediaException : SleapException
{
    /// <inheritdoc/>
    public MediaException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
