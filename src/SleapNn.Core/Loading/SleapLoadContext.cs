using System.Reflection;
using System.Runtime.Loader;

namespace SleapNn;

/// <summary>
/// The module's own load context: the engine, the cmdlets and the libraries they need live in it, so that a session
/// that already holds another YamlDotNet keeps its own and the module gets the one it was built with. This assembly
/// stays in the default context, since PowerShell only sees types of that one.
/// </summary>
public sealed class SleapLoadContext : AssemblyLoadContext
{
    private const string ModuleAssemblyName = "SleapNn.PowerShell";

    private static readonly object Gate = new();
    private static SleapLoadContext? instance;

    private readonly string folder;
    private Assembly? module;

    private SleapLoadContext(string folder)
        : base("SleapNn")
    {
        this.folder = folder;
    }

    /// <summary>
    /// Loads the module's cmdlets, or returns them where they are loaded already. Native libraries are not touched:
    /// they load when they are first needed.
    /// </summary>
    /// <param name="binaryFolder">The module's <c>bin</c> folder, which holds the isolated libraries.</param>
    /// <returns>The assembly with the cmdlets.</returns>
    /// <exception cref="RuntimeException">
    /// The folder lacks the cmdlets (ModuleIncomplete), or the module was loaded from another folder before
    /// (ModuleLoadedElsewhere): a process can hold only one.
    /// </exception>
    public static Assembly LoadModule(string binaryFolder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(binaryFolder));
        lock (Gate)
        {
            if (instance is null)
            {
                var context = new SleapLoadContext(full);
                context.module = context.LoadMain();
                instance = context;
            }
            else if (!string.Equals(instance.folder, full, PathComparison))
            {
                throw new RuntimeException(
                    "ModuleLoadedElsewhere",
                    $"SleapNn is already loaded from '{instance.folder}', so it cannot be loaded from '{full}'. Start a new PowerShell session for that.",
                    full);
            }

            return instance.module!;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var core = typeof(SleapLoadContext).Assembly;
        if (assemblyName.Name == core.GetName().Name)
        {
            return core;
        }

        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>
    /// How the engine finds and loads native libraries by name, once it is at work; 0 stands for one that it does not
    /// have. TorchSharp loads its own library by name and not through an import, so no import resolver sees that.
    /// </summary>
    internal static Func<string, nint>? NativeLoader { get; set; }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) => NativeLoader?.Invoke(unmanagedDllName) ?? 0;

    private static StringComparison PathComparison =>
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private Assembly LoadMain()
    {
        var path = Path.Combine(folder, ModuleAssemblyName + ".dll");
        return File.Exists(path)
            ? LoadFromAssemblyPath(path)
            : throw new RuntimeException(
                "ModuleIncomplete",
                $"The module's folder '{folder}' has no '{ModuleAssemblyName}.dll'. Copy the whole module folder again, or build it with './build.sh Build'.",
                folder);
    }
}
