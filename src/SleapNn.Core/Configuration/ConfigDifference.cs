namespace SleapNn.Configuration;

/// <summary>A key in which two configurations differ.</summary>
/// <param name="Path">The key, as a dotted YAML path.</param>
/// <param name="Reference">Its value in the first configuration; null where it has none.</param>
/// <param name="Difference">Its value in the second configuration; null where it has none.</param>
public sealed record ConfigDifference(string Path, object? Reference, object? Difference);
