using SleapNn.Configuration;

namespace SleapNn.Runtime;

/// <summary>Spreads runs over the GPUs of a machine, one for each, rather than training each on all of them.</summary>
public static class DeviceSpread
{
    private const string Any = "auto";

    /// <summary>The device of a run.</summary>
    /// <param name="slot">Which of the places for runs at the same time it takes, from 0.</param>
    /// <param name="asked">The device that was asked for; null where none was.</param>
    /// <param name="config">What the configuration says of it.</param>
    /// <param name="gpus">The GPUs that there are, such as <c>cuda:0</c>.</param>
    /// <returns>One of the GPUs in turn where any will do and there are several; else what was asked for.</returns>
    public static string? For(int slot, string? asked, TrainerConfig config, IReadOnlyList<string> gpus) =>
        gpus.Count > 1 && TakesAny(asked, config) ? gpus[slot % gpus.Count] : asked;

    private static bool TakesAny(string? asked, TrainerConfig config) =>
        (asked ?? config.TrainerAccelerator).Trim().ToLowerInvariant() is Any or "gpu" or "cuda"
        && config.TrainerDeviceIndices is not { Count: > 0 }
        && config.TrainerDevices is null or Any or 1;
}
