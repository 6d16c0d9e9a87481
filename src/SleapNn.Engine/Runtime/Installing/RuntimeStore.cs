using System.Text.Json;
using System.Text.Json.Serialization;

namespace SleapNn.Runtime.Installing;

/// <summary>
/// The runtimes that are installed: those in the folder that the environment variable SLEAPNN_RUNTIME names, in the folder
/// <c>runtime</c> beside the module's files, and in the user's own folder. Each is a folder with a file <c>runtime.json</c>.
/// </summary>
internal static class RuntimeStore
{
    /// <summary>The environment variable that names a folder with runtimes, or one of them.</summary>
    public const string Variable = "SLEAPNN_RUNTIME";

    /// <summary>The name of the file that describes a runtime.</summary>
    public const string ManifestName = "runtime.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The folder that SLEAPNN_RUNTIME names; null where it is not set.</summary>
    public static string? GivenRoot => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>The folder of the user's own runtimes.</summary>
    public static string UserRoot =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "SleapNn", "runtimes");

    /// <summary>The folder of the runtimes that belong to a copy of the module; null where there is no module.</summary>
    public static string? ModuleRoot =>
        Path.GetDirectoryName(Path.GetDirectoryName(typeof(RuntimeStore).Assembly.Location)) is { Length: > 0 } module ? Path.Combine(module, "runtime") : null;

    /// <summary>The folders that runtimes are looked for in, in order.</summary>
    public static IEnumerable<string> Roots => new[] { GivenRoot, ModuleRoot, UserRoot }.OfType<string>().Where(root => root.Length > 0).Distinct();

    /// <summary>The name of the folder of a runtime that this module needs.</summary>
    public static string FolderName(RuntimeBackend backend, string rid) =>
        $"torchsharp-{RuntimePackages.TorchSharpVersion}-{backend.ToString().ToLowerInvariant()}-{rid}";

    /// <summary>All runtimes that are installed, in the order in which they are looked for; also those that this module cannot use.</summary>
    public static IReadOnlyList<SleapRuntime> List() => [.. Roots.SelectMany(In)];

    /// <summary>The runtimes in a folder, or the one that the folder is: those for CUDA first.</summary>
    /// <param name="root">The folder.</param>
    public static IEnumerable<SleapRuntime> In(string root)
    {
        if (!Directory.Exists(root))
        {
            return [];
        }

        var folders = File.Exists(Path.Combine(root, ManifestName))
            ? [root]
            : Directory.EnumerateDirectories(root).Where(folder => !Path.GetFileName(folder).StartsWith('.') && File.Exists(Path.Combine(folder, ManifestName)));
        return folders.Select(Read).OfType<SleapRuntime>().OrderByDescending(runtime => runtime.Backend).ThenBy(runtime => runtime.Path, StringComparer.Ordinal);
    }

    /// <summary>The runtime that this module uses where nothing else is given.</summary>
    /// <returns>It, or null where none fits.</returns>
    public static SleapRuntime? Find() => GivenRoot is { } given ? FindIn(given) : Roots.Select(FindIn).FirstOrDefault(runtime => runtime is not null);

    /// <summary>The first usable runtime in a folder; null where there is none.</summary>
    /// <param name="root">The folder.</param>
    public static SleapRuntime? FindIn(string root) => In(root).FirstOrDefault(runtime => runtime.IsUsable);

    /// <summary>Reads a runtime.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>It; null where the folder holds none that can be made out.</returns>
    public static SleapRuntime? Read(string folder)
    {
        var full = Path.GetFullPath(folder);
        RuntimeManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<RuntimeManifest>(File.ReadAllText(Path.Combine(full, ManifestName)), Json);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return manifest is null ? null : new SleapRuntime
        {
            Backend = manifest.Backend,
            Version = manifest.LibtorchVersion,
            CudaVersion = manifest.CudaVersion,
            TorchSharpVersion = manifest.TorchSharpVersion,
            OpenCvSharpVersion = manifest.OpenCvSharpVersion,
            RuntimeIdentifier = manifest.RuntimeIdentifier,
            Path = full,
            SizeBytes = manifest.Files.Values.Sum(),
            Packages = [.. manifest.Packages.Select(package => $"{package.Id} {package.Version}")],
            Source = [.. manifest.Packages.Select(package => package.Source).Distinct()],
            InstalledAt = manifest.InstalledAt,
            Problem = ProblemOf(manifest, full),
        };
    }

    /// <summary>Writes the description of a runtime into its folder.</summary>
    public static void Write(RuntimeManifest manifest, string folder) =>
        AtomicFile.WriteText(Path.Combine(folder, ManifestName), JsonSerializer.Serialize(manifest, Json));

    private static string? ProblemOf(RuntimeManifest manifest, string folder)
    {
        if (manifest.RuntimeIdentifier != NativeLibraries.PortableRid())
        {
            return $"it is for {manifest.RuntimeIdentifier}";
        }

        if (manifest.TorchSharpVersion != RuntimePackages.TorchSharpVersion)
        {
            return $"it belongs to a module with TorchSharp {manifest.TorchSharpVersion}; this one has {RuntimePackages.TorchSharpVersion}";
        }

        var needsOpenCv = RuntimePackages.OpenCvPackage(manifest.RuntimeIdentifier) is not null;
        if (needsOpenCv && manifest.OpenCvSharpVersion != RuntimePackages.OpenCvSharpVersion)
        {
            return $"it belongs to a module with OpenCvSharp {manifest.OpenCvSharpVersion}; this one has {RuntimePackages.OpenCvSharpVersion}";
        }

        foreach (var (name, size) in manifest.Files)
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists || file.Length != size)
            {
                return $"its file '{name}' {(file.Exists ? "has another size than it should" : "is missing")}";
            }
        }

        return null;
    }
}
