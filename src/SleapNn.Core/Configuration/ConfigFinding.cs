namespace SleapNn.Configuration;

/// <summary>Something that a check of a configuration found.</summary>
/// <param name="Path">The key, as a dotted YAML path.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record ConfigFinding(string Path, FindingSeverity Severity, string Message, string Fix);
