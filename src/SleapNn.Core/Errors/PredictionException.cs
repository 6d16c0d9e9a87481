namespace SleapNn;

/// <summary>A prediction that cannot start or go on.</summary>
public sealed class PredictionException : SleapException
{
    /// <inheritdoc/>
    public PredictionException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
