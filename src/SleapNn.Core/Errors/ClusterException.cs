namespace SleapNn;

/// <summary>A job of a cluster that cannot be submitted, found, watched or stopped, or that failed there.</summary>
public sealed class ClusterException : SleapException
{
    /// <inheritdoc/>
    public ClusterException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
