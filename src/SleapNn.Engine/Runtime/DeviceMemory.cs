namespace SleapNn.Runtime;

/// <summary>The memory of devices.</summary>
public static class DeviceMemory
{
    /// <summary>Describes a device.</summary>
    /// <param name="name">As for <see cref="Devices.Resolve"/>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="RuntimeException">There is no such device.</exception>
    public static ComputeDevice Of(string? name)
    {
        var device = Devices.Resolve(name);
        var id = device.type switch
        {
            TorchSharp.DeviceType.CUDA => FormattableString.Invariant($"cuda:{Math.Max(0, device.index)}"),
            TorchSharp.DeviceType.MPS => "mps",
            _ => "cpu",
        };
        return SystemReport.Create("", "").Devices.First(known => known.Id == id);
    }
}
