using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using OpenCvSharp;
using SleapNn.Runtime.Installing;
using TorchSharp;

namespace SleapNn.Runtime;

/// <summary>
/// Finds and loads the native libraries of TorchSharp (libtorch) and OpenCvSharp (OpenCV). They are looked for in the
/// folder that the environment variable SLEAPNN_NATIVE names, in the runtime that SLEAPNN_RUNTIME names, beside this
/// assembly, in the application's folder, in <c>runtimes/&lt;rid&gt;/native</c> below those two, where the .NET host says that
/// packages lie, and in the runtimes that <c>Install-SleapRuntime</c> has installed.
/// </summary>
public static class NativeLibraries
{
    private static readonly object Gate = new();
    private static readonly ConcurrentDictionary<string, nint> Handles = new();
    private static volatile bool isTorchLoaded;
    private static volatile bool isOpenCvLoaded;
    private static volatile string? torchFolder;
    private static bool areResolversSet;

    /// <summary>
    /// Makes torch usable: loads libtorch and LibTorchSharp, and sees to it that OpenCV is found when it is first used.
    /// Call it before the first use of TorchSharp; calling it again costs nothing. Safe for use by several threads.
    /// </summary>
    /// <exception cref="RuntimeException">
    /// None are installed (RuntimeNotInstalled), or a library is missing or cannot be loaded (NativeLibraryMissing,
    /// NativeLibraryLoadFailed, NativeLibraryDamaged).
    /// </exception>
    public static void EnsureLoaded()
    {
        if (isTorchLoaded)
        {
            return;
        }

        lock (Gate)
        {
            if (isTorchLoaded)
            {
                return;
            }

            RequireGivenRuntime();
            SetResolvers();
            NativeHeap.KeepLargeBlocks();
            AvoidWrongConvolutions();
            WaitWithoutSpinning();
            LeaveCtrlCToPowerShell();

            if (OperatingSystem.IsWindows() && Find("torch_cpu") is { } library)
            {
                WindowsLoader.Prepare(Path.GetDirectoryName(library)!);
            }

            // LibTorchSharp finds these by name once they are loaded, wherever its own file lies. If they were not
            // there, TorchSharp would go and copy 480 MB of packages into the output folder.
            foreach (var name in TorchLibraries())
            {
                if (Find(name) is { } path)
                {
                    Load(path);
                }
            }

            LoadRequired("LibTorchSharp", "TorchSharp and libtorch");
            torch.InitializeDeviceType(DeviceType.CPU);
            SilenceWarnings();
            torchFolder = Path.GetDirectoryName(Find("LibTorchSharp"));
            isTorchLoaded = true;
        }
    }

    /// <summary>
    /// Makes OpenCV usable. Call it before the first use of OpenCvSharp; calling it again costs nothing. Safe for use by
    /// several threads.
    /// </summary>
    /// <exception cref="RuntimeException">
    /// None are installed (RuntimeNotInstalled), or the library is missing or cannot be loaded (NativeLibraryMissing,
    /// NativeLibraryLoadFailed, NativeLibraryDamaged).
    /// </exception>
    public static void EnsureOpenCvLoaded()
    {
        if (isOpenCvLoaded)
        {
            return;
        }

        lock (Gate)
        {
            if (isOpenCvLoaded)
            {
                return;
            }

            RequireGivenRuntime();
            SetResolvers();
            SilenceFfmpeg();
            LoadRequired("OpenCvSharpExtern", "OpenCvSharp");
            Cv2.SetLogLevel(LogLevel.SILENT);
            isOpenCvLoaded = true;
        }
    }

    /// <summary>The error for a library that is there but cannot be loaded.</summary>
    /// <param name="path">The library.</param>
    /// <param name="error">What the loader said.</param>
    /// <returns>The error, to be thrown.</returns>
    internal static RuntimeException LoadFailed(string path, Exception error) => new(
        "NativeLibraryLoadFailed",
        $"The native library '{path}' cannot be loaded: {FirstLine(error.Message)} Check that SleapNn was packaged for this " +
        $"system ({RuntimeInformation.RuntimeIdentifier}) and that the libraries it names are installed.",
        path,
        error);

    /// <summary>The folder that torch was loaded from, or would be; null where it is nowhere.</summary>
    internal static string? TorchFolder => torchFolder ?? Path.GetDirectoryName(Find("LibTorchSharp"));

    /// <summary>The folders in which native libraries are looked for, in order.</summary>
    /// <returns>The folders that exist.</returns>
    internal static IEnumerable<string> SearchFolders() => Candidates().Where(f => f.Length > 0 && Directory.Exists(f)).Distinct();

    // Lazily: which runtimes are installed is only looked up where the libraries do not lie beside this assembly.
    private static IEnumerable<string> Candidates()
    {
        yield return Environment.GetEnvironmentVariable("SLEAPNN_NATIVE") ?? "";
        if (RuntimeStore.GivenRoot is not null)
        {
            yield return RuntimeStore.Find()?.Path ?? "";
        }

        var rid = PortableRid();
        foreach (var folder in new[] { Path.GetDirectoryName(typeof(NativeLibraries).Assembly.Location), AppContext.BaseDirectory })
        {
            if (folder is { Length: > 0 })
            {
                yield return folder;
                yield return Path.Combine(folder, "runtimes", rid, "native");
            }
        }

        foreach (var folder in (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator))
        {
            yield return folder;
        }

        yield return RuntimeStore.Find()?.Path ?? "";
    }

    private static void LoadRequired(string name, string package)
    {
        var path = Find(name);
        if (path is null && RuntimeStore.Find() is null)
        {
            throw NotInstalled();
        }

        Load(path ?? throw new RuntimeException(
            "NativeLibraryMissing",
            $"The native library '{FileNames(name)[0]}' of {package} was not found for {PortableRid()}. It was looked for in: " +
            $"{string.Join(", ", SearchFolders().Select(f => $"'{f}'"))}. Run 'Install-SleapRuntime -Force' with the -Backend that you use, or set the " +
            "environment variable SLEAPNN_NATIVE to the folder that holds it.",
            name));
    }

    // Who names a runtime must not get another one without a word.
    private static void RequireGivenRuntime()
    {
        if (RuntimeStore.GivenRoot is not null && RuntimeStore.Find() is null)
        {
            throw NotInstalled();
        }
    }

    private static RuntimeException NotInstalled()
    {
        var backend = NvidiaGpus.Find() is { Count: > 0 } ? RuntimeBackend.Cuda : RuntimeBackend.Cpu;
        var others = RuntimeStore.List().Where(runtime => !runtime.IsUsable).Select(runtime => $" '{runtime.Path}' cannot be used: {runtime.Problem}.");
        var given = RuntimeStore.GivenRoot;
        var where = given is null ? "" : $" -Destination '{given}'";
        return new RuntimeException(
            "RuntimeNotInstalled",
            $"The native libraries that SleapNn computes with (libtorch {RuntimePackages.LibtorchVersion} and OpenCV, for {PortableRid()}) are not " +
            $"{(given is null ? "installed" : $"in '{given}', which the environment variable {RuntimeStore.Variable} names")}. Run this once:{Environment.NewLine}{Environment.NewLine}" +
            $"    Install-SleapRuntime -Backend {backend}{where}{Environment.NewLine}{Environment.NewLine}" +
            $"{(backend == RuntimeBackend.Cuda ? "There is an NVIDIA GPU here; -Backend Cpu is the smaller download for the processor alone." : "-Backend Cuda is for computers with an NVIDIA GPU.")}{string.Concat(others)}",
            given);
    }

    private static void SetResolvers()
    {
        if (areResolversSet)
        {
            return;
        }

        foreach (var assembly in new[] { typeof(torch).Assembly, typeof(Mat).Assembly, typeof(NativeLibraries).Assembly })
        {
            try
            {
                NativeLibrary.SetDllImportResolver(assembly, Resolve);
            }
            catch (InvalidOperationException)
            {
                // Another user of the same assembly came first. What is loaded below is found by its name all the same.
            }
        }

        SleapLoadContext.NativeLoader = LoadByName;
        areResolversSet = true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => LoadByName(name);

    private static nint LoadByName(string name) => Find(name) is { } path ? Load(path) : 0;

    private static nint Load(string path) => Handles.GetOrAdd(path, LoadFresh);

    private static nint LoadFresh(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxLoader.Load(path);
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw LoadFailed(path, error);
        }
    }

    private static string? Find(string name) =>
        SearchFolders().SelectMany(folder => FileNames(name).Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);

    private static string[] FileNames(string name) =>
        OperatingSystem.IsWindows() ? [$"{name}.dll"]
        : OperatingSystem.IsMacOS() ? [$"lib{name}.dylib", $"{name}.dylib"]
        : [$"lib{name}.so", $"{name}.so"];

    private static string[] TorchLibraries() =>
        OperatingSystem.IsWindows() ? ["c10", "torch_cpu", "torch"] : ["c10", "torch"];

    /// <summary>Whether the torch that is installed has CUDA.</summary>
    internal static bool HasCudaBuild() => Find("torch_cuda") is not null;

    /// <summary>The system and processor that packages are for, such as <c>linux-x64</c>.</summary>
    internal static string PortableRid()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();

    // FFmpeg inside OpenCV writes complaints about damaged videos straight to the terminal; callers get an exception
    // with the same content.
    private static void SilenceFfmpeg() => SetForNativeCode("OPENCV_FFMPEG_LOGLEVEL", "-8");

    // On some processors (seen on a Zen 5) libtorch 2.10's oneDNN gives wrong and changing results for convolutions whose
    // numbers of channels are no multiples of 16. Without AVX-512 they changed far less between runs, but were still
    // wrong: what makes them right is the order of memory, see MemoryLayout. A user's own setting wins.
    private static void AvoidWrongConvolutions() => SetForNativeCode("ONEDNN_MAX_CPU_ISA", "AVX2");

    // Threads that wait for each other by spinning take the cores from whatever else runs, also from the threads that they wait
    // for: with other work on the machine (decoding is enough) a forward pass took up to eight times longer. GOMP_SPINCOUNT and
    // OMP_WAIT_POLICY are a user's own to set.
    private static void WaitWithoutSpinning()
    {
        if (Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null)
        {
            SetForNativeCode("OMP_WAIT_POLICY", "PASSIVE");
        }
    }

    // The Fortran library within libtorch ends the whole process on Ctrl-C on Windows, whatever PowerShell would do with it, unless it is
    // told not to before it is loaded.
    private static void LeaveCtrlCToPowerShell()
    {
        if (OperatingSystem.IsWindows())
        {
            SetForNativeCode("FOR_DISABLE_CONSOLE_CTRL_HANDLER", "1");
        }
    }

    // .NET keeps its own copy of the environment, which native code does not see.
    private static unsafe void SetForNativeCode(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // Some libraries ask the system, others the C library, which has a copy of its own.
            Environment.SetEnvironmentVariable(name, value);
            if (NativeLibrary.TryLoad("ucrtbase.dll", out var ucrt) && NativeLibrary.TryGetExport(ucrt, "_wputenv_s", out var put))
            {
                fixed (char* nameChars = name)
                fixed (char* valueChars = value)
                {
                    ((delegate* unmanaged<char*, char*, int>)put)(nameChars, valueChars);
                }
            }
        }
        else if (NativeLibrary.TryLoad(OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, "setenv", out var address))
        {
            var setenv = (delegate* unmanaged<byte*, byte*, int, int>)address;
            fixed (byte* nameBytes = System.Text.Encoding.UTF8.GetBytes(name + '\0'))
            fixed (byte* valueBytes = System.Text.Encoding.UTF8.GetBytes(value + '\0'))
            {
                setenv(nameBytes, valueBytes, 1);
            }
        }
    }

    // libtorch prints to the standard error, several times and in the middle of the user's screen, that a convolution
    // library of its own does not know some processors. Its logger reads the smallest severity from this variable.
    private static unsafe void SilenceWarnings()
    {
        const int error = 2;
        if (Find("c10") is { } path && NativeLibrary.TryGetExport(Load(path), "FLAGS_caffe2_log_level", out var level))
        {
            *(int*)level = error;
        }
    }
}
