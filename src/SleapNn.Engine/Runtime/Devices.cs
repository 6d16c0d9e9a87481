using System.Globalization;
using TorchSharp;

namespace SleapNn.Runtime;

/// <summary>Turns the names of devices in configs and on the command line into torch devices.</summary>
public static class Devices
{
    /// <summary>Finds a device.</summary>
    /// <param name="name">
    /// <c>auto</c> (CUDA where there is one, else MPS, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>gpu</c>,
    /// <c>cuda:1</c> (a certain one) or <c>mps</c>; in any case.
    /// </param>
    /// <returns>The device.</returns>
    /// <exception cref="RuntimeException">
    /// The name is none of those (DeviceUnknown), or this machine has no such device (DeviceAbsent). A device that was asked
    /// for is never replaced by another.
    /// </exception>
    public static torch.Device Resolve(string? name)
    {
        NativeLibraries.EnsureLoaded();
        var wanted = (name ?? "auto").Trim().ToLowerInvariant();
        var (kind, index) = Split(wanted) ?? throw new RuntimeException(
            "DeviceUnknown",
            $"'{name}' is not a device. Use auto, cpu, cuda, cuda:0 (or another number), gpu or mps.",
            name);
        return kind switch
        {
            "auto" => torch.cuda.is_available() ? new torch.Device(DeviceType.CUDA, 0)
                : IsMpsAvailable() ? new torch.Device(DeviceType.MPS)
                : new torch.Device(DeviceType.CPU),
            "cpu" => new torch.Device(DeviceType.CPU),
            "mps" => IsMpsAvailable() ? new torch.Device(DeviceType.MPS) : throw Absent(name, "it has no Apple GPU that torch can use"),
            _ => Cuda(name, index),
        };
    }

    /// <summary>The CUDA GPUs that torch can use.</summary>
    /// <returns>Their names: <c>cuda:0</c>, <c>cuda:1</c> and so on.</returns>
    public static IReadOnlyList<string> Gpus()
    {
        NativeLibraries.EnsureLoaded();
        return [.. Enumerable.Range(0, torch.cuda.is_available() ? torch.cuda.device_count() : 0).Select(i => string.Create(CultureInfo.InvariantCulture, $"cuda:{i}"))];
    }

    private static torch.Device Cuda(string? name, int index)
    {
        if (!torch.cuda.is_available())
        {
            throw Absent(name, "torch finds no CUDA GPU (this needs an NVIDIA GPU, its driver, and what 'Install-SleapRuntime -Backend Cuda' installs)");
        }

        var count = torch.cuda.device_count();
        return index < count
            ? new torch.Device(DeviceType.CUDA, index)
            : throw Absent(name, $"it has {count} CUDA GPU{(count == 1 ? "" : "s")}, numbered from 0");
    }

    private static (string Kind, int Index)? Split(string wanted) => wanted switch
    {
        "auto" or "cpu" or "mps" => (wanted, 0),
        "cuda" or "gpu" => ("cuda", 0),
        _ when wanted.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(wanted.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => ("cuda", index),
        _ => null,
    };

    private static bool IsMpsAvailable() => OperatingSystem.IsMacOS() && torch.mps_is_available();

    private static RuntimeException Absent(string? name, string why) => new(
        "DeviceAbsent",
        $"The device '{name}' is not on this machine: {why}. Use 'cpu', or 'auto' for the best device there is.",
        name);
}
