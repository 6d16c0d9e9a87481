namespace SleapNn;

/// <summary>A native library or a device that is missing or does not work.</summary>
public sealed class RuntimeException : SleapException
{
    /// <inheritdoc/>
    public RuntimeException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
