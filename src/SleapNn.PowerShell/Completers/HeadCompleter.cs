using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of heads.</summary>
public sealed class HeadCompleter() : NameCompleter(ConfigPresets.Heads);
