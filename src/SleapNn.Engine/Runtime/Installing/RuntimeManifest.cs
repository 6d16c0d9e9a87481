namespace SleapNn.Runtime.Installing;

/// <summary>What stands in a runtime's folder as <c>runtime.json</c>: what it is, and the files that it must have.</summary>
internal sealed class RuntimeManifest
{
    /// <summary>What it computes on.</summary>
    public RuntimeBackend Backend { get; set; }

    /// <summary>libtorch's version.</summary>
    public string LibtorchVersion { get; set; } = "";

    /// <summary>CUDA's version; null for the CPU.</summary>
    public string? CudaVersion { get; set; }

    /// <summary>TorchSharp's version.</summary>
    public string TorchSharpVersion { get; set; } = "";

    /// <summary>OpenCvSharp's version; null where it has none.</summary>
    public string? OpenCvSharpVersion { get; set; }

    /// <summary>The system.</summary>
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary>When it was installed.</summary>
    public DateTimeOffset InstalledAt { get; set; }

    /// <summary>The packages that it was made of.</summary>
    public List<PackageEntry> Packages { get; set; } = [];

    /// <summary>The files' sizes in bytes, by name.</summary>
    public Dictionary<string, long> Files { get; set; } = [];

    /// <summary>A package.</summary>
    public sealed class PackageEntry
    {
        /// <summary>Its name.</summary>
        public string Id { get; set; } = "";

        /// <summary>Its version.</summary>
        public string Version { get; set; } = "";

        /// <summary>The SHA-512 of its file, in base64.</summary>
        public string Sha512 { get; set; } = "";

        /// <summary>Whether that was compared with a hash that the feed told or that this module knows.</summary>
        public bool IsVerified { get; set; }

        /// <summary>Where it came from.</summary>
        public string Source { get; set; } = "";
    }
}
