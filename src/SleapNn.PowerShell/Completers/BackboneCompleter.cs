using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of ready-made backbones.</summary>
public sealed class BackboneCompleter() : NameCompleter(ConfigPresets.Backbones);
