using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SleapNn.Runtime;

/// <summary>The processor of this machine.</summary>
internal static class Processor
{
    private const string LinuxInfo = "/proc/cpuinfo";

    // What libtorch and oneDNN choose their code by, as Linux names it.
    private static readonly string[] Wanted =
        ["sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8", "asimd", "asimddp", "bf16", "sve"];

    /// <summary>The name of the model.</summary>
    public static string Name()
    {
        var name = OperatingSystem.IsLinux() ? LinuxField("model name")
            : OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            : null;
        return string.IsNullOrWhiteSpace(name) ? $"{RuntimeInformation.ProcessArchitecture} processor" : name;
    }

    /// <summary>What it can do, in capitals.</summary>
    public static IReadOnlyList<string> Capabilities()
    {
        var flags = OperatingSystem.IsLinux() ? LinuxField("flags") ?? LinuxField("Features") : null;
        if (flags is not null)
        {
            var present = flags.Split(' ').ToHashSet();
            return [.. Wanted.Where(present.Contains).Select(flag => flag.ToUpperInvariant())];
        }

        (string Name, bool IsThere)[] known =
        [
            ("SSE4_2", Sse42.IsSupported), ("AVX", Avx.IsSupported), ("FMA", Fma.IsSupported), ("AVX2", Avx2.IsSupported),
            ("AVX512F", Avx512F.IsSupported), ("AVX512BW", Avx512BW.IsSupported),
            ("ASIMD", AdvSimd.IsSupported), ("ASIMDDP", Dp.IsSupported),
        ];
        return [.. known.Where(entry => entry.IsThere).Select(entry => entry.Name)];
    }

    /// <summary>The memory that is free, in bytes.</summary>
    /// <param name="totalBytes">What this process may use.</param>
    public static long FreeMemoryBytes(long totalBytes)
    {
        if (OperatingSystem.IsLinux() && LinuxField("MemAvailable", "/proc/meminfo")?.Split(' ')[0] is { } kibibytes
            && long.TryParse(kibibytes, out var count))
        {
            return Math.Min(totalBytes, count << 10);
        }

        return Math.Max(0, totalBytes - GC.GetGCMemoryInfo().MemoryLoadBytes);
    }

    private static string? LinuxField(string name, string file = LinuxInfo)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2).ElementAtOrDefault(1)?.Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
