namespace SleapNn.Tests.Training.Survival;

/// <summary>A run's folder is not as it should be after a kill.</summary>
internal sealed class BrokenRunException(string message, Exception? inner = null) : Exception(message, inner);
