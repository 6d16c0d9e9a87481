namespace SleapNn.Configuration;

/// <summary>A value that was chosen for a configuration, and why.</summary>
/// <param name="Key">The key, as a dotted YAML path.</param>
/// <param name="Value">The value.</param>
/// <param name="Reason">Why this value.</param>
public sealed record ConfigChoice(string Key, object? Value, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key} = {ConfigValue.Show(Value)}: {Reason}";
}
