namespace SleapNn.PowerShell;

/// <summary>Completes the names of devices.</summary>
public sealed class DeviceCompleter() : NameCompleter(["auto", "cpu", "cuda", "cuda:0", "mps"]);
