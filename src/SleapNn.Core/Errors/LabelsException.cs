namespace SleapNn;

/// <summary>A labels file that cannot be read or written, or labels that do not fit the task.</summary>
public sealed class LabelsException : SleapException
{
    /// <inheritdoc/>
    public LabelsException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
