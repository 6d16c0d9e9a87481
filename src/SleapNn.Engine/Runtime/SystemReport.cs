using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenCvSharp;
using SleapNn.Models;
using SleapNn.Runtime.Installing;
using TorchSharp;

namespace SleapNn.Runtime;

/// <summary>Describes this machine. Works where torch or OpenCV cannot be loaded, and says why they cannot.</summary>
public static class SystemReport
{
    private static readonly string[] LibraryNames = ["torch", "LibTorchSharp", "TorchSharp", "c10", "gomp", "iomp", "omp.", "mkl", "opencv", "cuda", "cudnn", "cublas", "nvrtc"];

    /// <summary>Looks at the machine.</summary>
    /// <param name="moduleVersion">The module's version.</param>
    /// <param name="powerShellVersion">PowerShell's version.</param>
    /// <returns>What was found.</returns>
    public static SleapSystem Create(string moduleVersion, string powerShellVersion) =>
        Create(moduleVersion, powerShellVersion, NativeLibraries.EnsureLoaded, NativeLibraries.EnsureOpenCvLoaded, NvidiaGpus.Find());

    /// <summary>Looks at the machine.</summary>
    /// <param name="moduleVersion">The module's version.</param>
    /// <param name="powerShellVersion">PowerShell's version.</param>
    /// <param name="loadTorch">Makes torch usable.</param>
    /// <param name="loadOpenCv">Makes OpenCV usable.</param>
    /// <param name="gpus">NVIDIA's GPUs; null where the driver gives no answer.</param>
    internal static SleapSystem Create(
        string moduleVersion, string powerShellVersion, Action loadTorch, Action loadOpenCv, IReadOnlyList<ComputeDevice>? gpus)
    {
        var torchStatus = TryLoad("torch", loadTorch);
        var openCvStatus = TryLoad("OpenCV", loadOpenCv);
        var facts = torchStatus.Works ? TorchFacts.Read() : null;
        var cuda = CudaStatus(torchStatus, facts, gpus);
        var mps = MpsStatus(torchStatus, facts);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new SleapSystem
        {
            ModuleVersion = moduleVersion,
            EngineVersion = VersionOf(typeof(SystemReport)),
            TorchSharpVersion = VersionOf(typeof(torch)),
            LibtorchVersion = facts?.Version,
            OpenCvVersion = openCvStatus.Works ? OpenCvVersion() : null,
            DotNetVersion = RuntimeInformation.FrameworkDescription,
            PowerShellVersion = powerShellVersion,
            OperatingSystem = RuntimeInformation.OSDescription,
            RuntimeIdentifier = NativeLibraries.PortableRid(),
            Cpu = Processor.Name(),
            ProcessorCount = Environment.ProcessorCount,
            CpuCapabilities = Processor.Capabilities().ToArray(),
            MemoryBytes = memory,
            Devices = FindDevices(torchStatus, cuda, mps, facts, gpus, memory),
            AutoDevice = !torchStatus.Works ? null : cuda.Works ? "cuda:0" : mps.Works ? "mps" : "cpu",
            Torch = torchStatus,
            OpenCv = openCvStatus,
            Cuda = cuda,
            Mps = mps,
            Threads = facts?.Threads,
            InteropThreads = facts?.InteropThreads,
            MemoryLayout = facts?.Layout,
            NativeLibraries = LoadedLibraries(),
            NativeFolder = NativeLibraries.TorchFolder,
            Runtime = NativeLibraries.TorchFolder is { } folder ? RuntimeStore.Read(folder) : null,
            InstalledRuntimes = RuntimeStore.List(),
            NativeSearchPath = NativeLibraries.SearchFolders().ToArray(),
        };
    }

    private static BackendStatus TryLoad(string name, Action load)
    {
        try
        {
            load();
            return new BackendStatus { Name = name, Works = true };
        }
        catch (Exception e)
        {
            // Whatever keeps it from loading is what the user wants to know.
            var error = e is TypeInitializationException or TargetInvocationException && e.InnerException is not null ? e.InnerException : e;
            return new BackendStatus
            {
                Name = name,
                Works = false,
                Reason = error.Message,
                Advice = error is RuntimeException ? null : "Run 'Install-SleapRuntime' with the -Backend that you use and -Force.",
            };
        }
    }

    private static BackendStatus CudaStatus(BackendStatus torchStatus, TorchFacts? facts, IReadOnlyList<ComputeDevice>? gpus)
    {
        if (facts is { CudaCount: > 0 })
        {
            return new BackendStatus { Name = "CUDA", Works = true };
        }

        var (reason, advice) = (torchStatus.Works, gpus, NativeLibraries.HasCudaBuild()) switch
        {
            (false, _, _) => ("torch does not work.", null),
            (_, null, _) when OperatingSystem.IsMacOS() => ("Apple's computers have no NVIDIA GPU.", (string?)null),
            (_, null, false) => ("NVIDIA's driver gives no answer (nvidia-smi), and these are torch's libraries for the CPU.", "Where there is an NVIDIA GPU, install its driver and run 'Install-SleapRuntime -Backend Cuda'."),
            (_, null, true) => ("NVIDIA's driver gives no answer (nvidia-smi).", "Where there is an NVIDIA GPU, install or repair its driver."),
            (_, { Count: 0 }, _) => ("NVIDIA's driver is installed, but finds no GPU.", "Check that the GPU is seated, powered and, in a container, passed through."),
            (_, _, false) => ($"There is an NVIDIA GPU ({gpus![0].Name}), but these are torch's libraries for the CPU.", "Run 'Install-SleapRuntime -Backend Cuda'; where you build SleapNn yourself, build it with -p:TorchBackend=cuda-linux (cuda-windows on Windows)."),
            _ => ($"There is an NVIDIA GPU ({gpus![0].Name}, driver {gpus[0].Driver}), but torch cannot use it.", "Update the driver to one for CUDA 12.8 or newer, and check that CUDA_VISIBLE_DEVICES does not hide the GPU."),
        };
        return new BackendStatus { Name = "CUDA", Works = false, Reason = reason, Advice = advice };
    }

    private static BackendStatus MpsStatus(BackendStatus torchStatus, TorchFacts? facts)
    {
        if (facts is { HasMps: true })
        {
            return new BackendStatus { Name = "MPS", Works = true };
        }

        var (reason, advice) = (torchStatus.Works, OperatingSystem.IsMacOS()) switch
        {
            (_, false) => ("Only Apple's computers have it.", (string?)null),
            (false, _) => ("torch does not work.", null),
            _ => ("torch finds no Apple GPU that it can use.", "It needs Apple silicon and macOS 14 or newer."),
        };
        return new BackendStatus { Name = "MPS", Works = false, Reason = reason, Advice = advice };
    }

    private static List<ComputeDevice> FindDevices(
        BackendStatus torchStatus, BackendStatus cuda, BackendStatus mps, TorchFacts? facts, IReadOnlyList<ComputeDevice>? gpus, long memory)
    {
        var devices = new List<ComputeDevice>();
        var hidden = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"));
        if (cuda.Works)
        {
            // Where the variable renumbers the GPUs, it cannot be told which of the driver's list is which.
            devices.AddRange(Enumerable.Range(0, facts!.CudaCount).Select(i => Describe(i, hidden ? null : gpus?.ElementAtOrDefault(i))));
        }
        else
        {
            devices.AddRange(gpus ?? []);
        }

        if (mps.Works)
        {
            devices.Add(new ComputeDevice { Id = "mps", Name = "Apple GPU", MemoryBytes = memory, Works = true });
        }

        devices.Add(new ComputeDevice
        {
            Id = "cpu",
            Name = Processor.Name(),
            MemoryBytes = memory,
            FreeMemoryBytes = Processor.FreeMemoryBytes(memory),
            Works = torchStatus.Works,
        });
        return [.. devices.OrderByDescending(device => device.Works)];
    }

    private static ComputeDevice Describe(int index, ComputeDevice? known) => new()
    {
        Id = $"cuda:{index}",
        Name = known?.Name ?? "NVIDIA GPU",
        MemoryBytes = known?.MemoryBytes,
        FreeMemoryBytes = known?.FreeMemoryBytes,
        Driver = known?.Driver,
        ComputeCapability = known?.ComputeCapability,
        Works = true,
    };

    private static List<NativeLibraryInfo> LoadedLibraries()
    {
        using var process = Process.GetCurrentProcess();
        return
        [
            .. process.Modules.Cast<ProcessModule>()
                .Select(module => module.FileName)
                .Where(path => IsNative(Path.GetFileName(path)))
                .Distinct()
                .Select(path => new NativeLibraryInfo(Path.GetFileName(path), path, File.Exists(path) ? new FileInfo(path).Length : 0))
                .OrderBy(library => library.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static bool IsNative(string name)
    {
        var plain = name.StartsWith("lib", StringComparison.OrdinalIgnoreCase) ? name[3..] : name;
        return name is not ("TorchSharp.dll" or "OpenCvSharp.dll") && LibraryNames.Any(start => plain.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }

    private static string VersionOf(Type type)
    {
        var assembly = type.Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "";
        return version.Split('+')[0];
    }

    // Kept out of the caller, so that nothing of OpenCvSharp is touched where it cannot be loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? OpenCvVersion() => Cv2.GetVersionString();

    /// <summary>What only torch itself can tell.</summary>
    private sealed record TorchFacts(string Version, int Threads, int InteropThreads, int CudaCount, bool HasMps, string Layout)
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static TorchFacts Read() => new(
            torch.__version__,
            torch.get_num_threads(),
            torch.get_num_interop_threads(),
            torch.cuda.is_available() ? torch.cuda.device_count() : 0,
            OperatingSystem.IsMacOS() && torch.mps_is_available(),
            Models.MemoryLayout.IsPlainSound
                ? "channels last to predict, plain to train"
                : "channels last (convolutions in the plain order are wrong on this processor)");
    }
}
