using System.Runtime.InteropServices;

namespace SleapNn.Runtime;

/// <summary>
/// Prepares a folder of native libraries on Windows. Some of CUDA's libraries load others by their bare names only when they
/// need them; those are found where they are loaded already, or in folders that the process was told of.
/// </summary>
internal static class WindowsLoader
{
    // Each line needs none but those above it.
    private static readonly string[] LoadedFirst =
        ["cudart64_*", "cublasLt64_*", "cublas64_*", "nvrtc-builtins64_*", "nvrtc64_*", "nvJitLink_*", "cudnn_graph64_*", "cudnn_ops64_*", "cudnn_*", "cudnn64_*"];

    /// <summary>Makes the libraries in a folder known to the process.</summary>
    /// <param name="folder">The folder.</param>
    public static unsafe void Prepare(string folder)
    {
        if (NativeLibrary.TryLoad("kernel32.dll", out var kernel) && NativeLibrary.TryGetExport(kernel, "AddDllDirectory", out var address))
        {
            var addDllDirectory = (delegate* unmanaged<char*, nint>)address;
            fixed (char* path = folder)
            {
                addDllDirectory(path);
            }
        }

        // What cannot be loaded here is told when torch, which names what it misses, is loaded.
        foreach (var path in InOrder(folder))
        {
            NativeLibrary.TryLoad(path, out _);
        }
    }

    /// <summary>CUDA's libraries in a folder, in the order to load them in.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<string> InOrder(string folder) =>
        [.. LoadedFirst.SelectMany(name => Directory.EnumerateFiles(folder, name + ".dll").Order(StringComparer.OrdinalIgnoreCase)).Distinct()];
}
