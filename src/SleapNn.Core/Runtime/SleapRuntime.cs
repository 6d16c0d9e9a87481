namespace SleapNn;

/// <summary>The native libraries (libtorch and OpenCV) that <c>Install-SleapRuntime</c> put into a folder.</summary>
public sealed class SleapRuntime
{
    /// <summary>What it computes on.</summary>
    public required RuntimeBackend Backend { get; init; }

    /// <summary>libtorch's version.</summary>
    public required string Version { get; init; }

    /// <summary>The version of CUDA that it brings along; null for the CPU.</summary>
    public string? CudaVersion { get; init; }

    /// <summary>The version of TorchSharp that it belongs to.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>The version of OpenCvSharp that it belongs to; null where it has no OpenCV.</summary>
    public string? OpenCvSharpVersion { get; init; }

    /// <summary>The system and processor that it is for, such as <c>linux-x64</c>.</summary>
    public required string RuntimeIdentifier { get; init; }

    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>The size of its files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The packages that it was made of, with their versions.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>Where the packages came from: addresses or folders.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    /// <summary>When it was installed.</summary>
    public required DateTimeOffset InstalledAt { get; init; }

    /// <summary>Whether this module can use it on this system.</summary>
    public bool IsUsable => Problem is null;

    /// <summary>Why this module cannot use it; null where it can.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"libtorch {Version} for {(CudaVersion is null ? "the CPU" : $"CUDA {CudaVersion}")}, {RuntimeIdentifier}, in '{Path}'{(Problem is null ? "" : $" ({Problem})")}";
}
