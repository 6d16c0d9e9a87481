namespace SleapNn.Automation;

/// <summary>Says that an error is no video's fault and ends the watch. The error itself is inside.</summary>
/// <param name="inner">The error.</param>
internal sealed class WatchStoppedException(Exception inner) : Exception(inner.Message, inner);
