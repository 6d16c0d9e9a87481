using System.Globalization;

namespace SleapNn.Runtime;

/// <summary>Asks NVIDIA's driver, through the program <c>nvidia-smi</c> that comes with it, which GPUs there are.</summary>
internal static class NvidiaGpus
{
    private static readonly string[] Query = ["--query-gpu=index,name,memory.total,memory.free,driver_version,compute_cap", "--format=csv,noheader,nounits"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The GPUs, whether or not torch can use them.</summary>
    /// <returns>One for each; null where the program is not there, fails or does not answer.</returns>
    public static IReadOnlyList<ComputeDevice>? Find()
    {
        try
        {
            return ProgramRunner.Run("nvidia-smi", Query, limit: Patience) is { ExitCode: 0 } result ? Parse(result.Output) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Reads the program's answer.</summary>
    /// <param name="text">A line for each GPU: index, name, memory in MiB, free memory in MiB, driver, compute capability.</param>
    public static IReadOnlyList<ComputeDevice> Parse(string text) =>
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 5 && int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(cells => new ComputeDevice
            {
                Id = $"cuda:{cells[0]}",
                Name = cells[1],
                MemoryBytes = Mebibytes(cells[2]),
                FreeMemoryBytes = Mebibytes(cells[3]),
                Driver = cells[4],
                ComputeCapability = cells.Length > 5 && char.IsAsciiDigit(cells[5].FirstOrDefault()) ? cells[5] : null,
                Works = false,
            }),
    ];

    // Some GPUs do not tell: "[N/A]".
    private static long? Mebibytes(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count << 20 : null;
}
