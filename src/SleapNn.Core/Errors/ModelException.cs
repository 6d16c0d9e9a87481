namespace SleapNn;

/// <summary>A model, a checkpoint or a model folder that cannot be built, read or written.</summary>
public sealed class ModelException : SleapException
{
    /// <inheritdoc/>
    public ModelException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(errorId, message, target, inner)
    {
    }
}
