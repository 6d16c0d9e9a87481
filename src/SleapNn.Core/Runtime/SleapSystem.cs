namespace SleapNn;

/// <summary>This machine as the module sees it: versions, devices, native libraries, and what works.</summary>
public sealed class SleapSystem
{
    /// <summary>The module's version.</summary>
    public required string ModuleVersion { get; init; }

    /// <summary>The engine's version.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>libtorch's version; null where torch does not work.</summary>
    public required string? LibtorchVersion { get; init; }

    /// <summary>OpenCV's version; null where OpenCV does not work.</summary>
    public required string? OpenCvVersion { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string DotNetVersion { get; init; }

    /// <summary>PowerShell's version.</summary>
    public required string PowerShellVersion { get; init; }

    /// <summary>The operating system.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The system and processor that packages are for, such as <c>linux-x64</c>.</summary>
    public required string RuntimeIdentifier { get; init; }

    /// <summary>The processor.</summary>
    public required string Cpu { get; init; }

    /// <summary>How many logical processors this process may use.</summary>
    public required int ProcessorCount { get; init; }

    /// <summary>What the processor can do for neural networks: AVX2, AVX512F, AVX512_BF16, NEON and the like.</summary>
    public required IReadOnlyList<string> CpuCapabilities { get; init; }

    /// <summary>The memory that this process may use, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The processors that models can run on, the best first.</summary>
    public required IReadOnlyList<ComputeDevice> Devices { get; init; }

    /// <summary>What <c>-Device auto</c> means here; null where torch does not work.</summary>
    public required string? AutoDevice { get; init; }

    /// <summary>Whether torch works.</summary>
    public required BackendStatus Torch { get; init; }

    /// <summary>Whether OpenCV, which reads and writes pictures and videos, works.</summary>
    public required BackendStatus OpenCv { get; init; }

    /// <summary>Whether models run on NVIDIA GPUs.</summary>
    public required BackendStatus Cuda { get; init; }

    /// <summary>Whether models run on Apple GPUs.</summary>
    public required BackendStatus Mps { get; init; }

    /// <summary>The threads that torch computes one operation with; null where torch does not work.</summary>
    public required int? Threads { get; init; }

    /// <summary>The threads that torch runs operations side by side with; null where torch does not work.</summary>
    public required int? InteropThreads { get; init; }

    /// <summary>How torch lays images out in memory on the CPU, by the test that it makes of its convolutions; null where torch does not work.</summary>
    public required string? MemoryLayout { get; init; }

    /// <summary>The native libraries in use.</summary>
    public required IReadOnlyList<NativeLibraryInfo> NativeLibraries { get; init; }

    /// <summary>The folder that torch's native libraries come from; null where there are none.</summary>
    public required string? NativeFolder { get; init; }

    /// <summary>The installed runtime that is in use; null where the libraries lie beside the module, or there are none.</summary>
    public required SleapRuntime? Runtime { get; init; }

    /// <summary>All runtimes that are installed, also those that this module cannot use.</summary>
    public required IReadOnlyList<SleapRuntime> InstalledRuntimes { get; init; }

    /// <summary>The folders in which native libraries are looked for, in order.</summary>
    public required IReadOnlyList<string> NativeSearchPath { get; init; }
}
