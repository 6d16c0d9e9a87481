using SleapNn.Runtime.Installing;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of the package sources in NuGet's configuration.</summary>
public sealed class PackageSourceCompleter() : NameCompleter(PackageFeeds.ConfiguredNames());
