namespace SleapNn;

/// <summary>A configuration that cannot be read, or a value that cannot be set.</summary>
public sealed class ConfigException : SleapException
{
    /// <inheritdoc/>
    public ConfigException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
