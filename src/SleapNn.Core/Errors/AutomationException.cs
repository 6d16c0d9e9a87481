namespace SleapNn;

/// <summary>A folder that cannot be watched, or a schedule that cannot be made or removed.</summary>
public sealed class AutomationException : SleapException
{
    /// <inheritdoc/>
    public AutomationException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
