namespace SleapNn;

/// <summary>An evaluation that cannot be made: ground truth and prediction do not belong together, or an option does not fit them.</summary>
public sealed class EvaluationException : SleapException
{
    /// <inheritdoc/>
    public EvaluationException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
