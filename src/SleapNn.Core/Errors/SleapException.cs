namespace SleapNn;

/// <summary>
/// The base of every error that SleapNn raises on purpose. The message says what was wrong, where, and what to do;
/// <see cref="ErrorId"/> is stable, so scripts can test for it.
/// </summary>
public class SleapException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="errorId">A stable identifier in PascalCase, such as <c>ConfigUnknownKey</c>.</param>
    /// <param name="message">What was wrong, where, and what to do.</param>
    /// <param name="target">The object or path that the error is about, shown as the error record's target.</param>
    /// <param name="inner">The error below this one.</param>
    public SleapException(string errorId, string message, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        Target = target;
    }

    /// <summary>The stable identifier of this kind of error.</summary>
    public string ErrorId { get; }

    /// <summary>What the error is about: a path, a config key, an object; null where nothing can be named.</summary>
    public object? Target { get; }
}
