namespace SleapNn;

/// <summary>A training run that cannot start or go on.</summary>
public sealed class TrainingException : SleapException
{
    /// <inheritdoc/>
    public TrainingException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
