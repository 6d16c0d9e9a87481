using SleapNn.Runtime.Installing;

namespace SleapNn.PowerShell;

/// <summary>Completes the version of libtorch that this module works with.</summary>
public sealed class RuntimeVersionCompleter() : NameCompleter([RuntimePackages.LibtorchVersion]);
