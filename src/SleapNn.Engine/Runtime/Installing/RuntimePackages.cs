namespace SleapNn.Runtime.Installing;

/// <summary>Which packages hold the native libraries that this module was built for. A test compares the versions with those of the build.</summary>
internal static class RuntimePackages
{
    /// <summary>TorchSharp's version; its package holds LibTorchSharp for all systems.</summary>
    public const string TorchSharpVersion = "0.107.0";

    /// <summary>libtorch's version.</summary>
    public const string LibtorchVersion = "2.10.0";

    /// <summary>The version of CUDA that TorchSharp's packages of libtorch are for.</summary>
    public const string CudaVersion = "12.8";

    /// <summary>OpenCvSharp's version.</summary>
    public const string OpenCvSharpVersion = "4.13.0.20260627";

    // SHA-512 of files that carry the signatures of their authors and of nuget.org. Not every feed tells hashes.
    private static readonly Dictionary<string, string> KnownHashes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TorchSharp 0.107.0"] = "fPXVTF5bUGX7lQqSafcP2W9n3ehuFNKCch7JYghGnEDdDyjOMxtuk0/JJWNiwI82Cw4Lmx3HN7MCoSFFRZeWig==",
        ["libtorch-cpu-linux-x64 2.10.0"] = "XjuaFwqqvwstyeUWyz/xtfhODesmagoPKO7T0VRmiW+r0pJwsXB/vHydA7it9xge36PSXW1qLyRRzvM3J8i9UA==",
        ["libtorch-cpu-win-x64 2.10.0"] = "qvrEe8b8U1SPnsqShWgJ9gE/UfzFiq+QRPJdAegxwtEBgL/jZPQPvKAhqYkpEe5kb6AXCi840KDqvDaHQuAqEA==",
        ["OpenCvSharp4.official.runtime.linux-x64 4.13.0.20260627"] = "ZZhqoYyzFUDOU/x6LBaotXmpjRGh6eTVq8WydwPicfte7GD/zUxpIeSfGETEWjSV9RWCwqzKmlEki2UgW2FSpA==",
    };

    /// <summary>The systems that there are packages for.</summary>
    public static IReadOnlyList<string> RuntimeIdentifiers { get; } = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>The packages to start from; what they depend on belongs to them (<see cref="BelongsToRuntime"/>).</summary>
    /// <param name="backend">What to compute on.</param>
    /// <param name="rid">The system, such as <c>linux-x64</c>.</param>
    /// <returns>The packages.</returns>
    /// <exception cref="RuntimeException">There are none for this system (RuntimeUnsupported).</exception>
    public static IReadOnlyList<PackageIdentity> For(RuntimeBackend backend, string rid)
    {
        if (!RuntimeIdentifiers.Contains(rid))
        {
            throw new RuntimeException(
                "RuntimeUnsupported",
                $"There are no native libraries for {rid}; there are for {string.Join(", ", RuntimeIdentifiers)}.",
                rid);
        }

        if (backend == RuntimeBackend.Cuda && rid == "osx-arm64")
        {
            throw new RuntimeException("RuntimeUnsupported", "Apple's computers have no CUDA. Use -Backend Cpu: it computes on Apple's GPU as well.", rid);
        }

        var torch = backend == RuntimeBackend.Cuda ? $"libtorch-cuda-{CudaVersion}-{rid}" : $"libtorch-cpu-{rid}";
        List<PackageIdentity> packages = [new("TorchSharp", TorchSharpVersion), new(torch, LibtorchVersion)];
        if (OpenCvPackage(rid) is { } openCv)
        {
            packages.Add(new(openCv, OpenCvSharpVersion));
        }

        return packages;
    }

    /// <summary>Whether a package that another one depends on holds native libraries: libtorch for CUDA comes in many.</summary>
    /// <param name="id">The package's name.</param>
    public static bool BelongsToRuntime(string id) => id.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase);

    /// <summary>The SHA-512 that a package is known to have, in base64; null where it is not known.</summary>
    /// <param name="package">The package.</param>
    public static string? KnownHash(PackageIdentity package) => KnownHashes.GetValueOrDefault(package.ToString());

    /// <summary>The package with OpenCV for a system; null where there is none.</summary>
    /// <param name="rid">The system.</param>
    public static string? OpenCvPackage(string rid) => rid switch
    {
        "linux-x64" => "OpenCvSharp4.official.runtime.linux-x64",
        "win-x64" => "OpenCvSharp4.runtime.win",
        _ => null,
    };

    /// <summary>The libraries that a runtime cannot do without.</summary>
    /// <param name="backend">What it computes on.</param>
    /// <param name="rid">The system.</param>
    public static IEnumerable<string> RequiredFiles(RuntimeBackend backend, string rid)
    {
        List<string> names = ["c10", "torch", "torch_cpu", "LibTorchSharp"];
        if (backend == RuntimeBackend.Cuda)
        {
            names.Add("torch_cuda");
        }

        if (OpenCvPackage(rid) is not null)
        {
            names.Add("OpenCvSharpExtern");
        }

        return names.Select(name => rid[..3] switch
        {
            "win" => $"{name}.dll",
            "osx" => $"lib{name}.dylib",
            _ => $"lib{name}.so",
        });
    }

    /// <summary>Whether a file of a package is of use here: parts of libtorch for Python, for phones and for its own tests are not.</summary>
    /// <param name="file">The file's name.</param>
    public static bool IsOfUse(string file)
    {
        string[] parts = ["torch_python", "nnapi", "aoti", "global_deps", "backend_with_compiler", "jitbackend", "_test."];
        return !parts.Any(part => file.Contains(part, StringComparison.OrdinalIgnoreCase))
            && !file.EndsWith("_test", StringComparison.Ordinal)
            && !file.StartsWith("libshm.", StringComparison.Ordinal)
            && !file.StartsWith("shm.", StringComparison.Ordinal);
    }
}
