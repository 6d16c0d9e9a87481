using System.IO.Compression;
using SleapNn.Tests.Host;
using SleapNn.Tests.Runtime.Installing;

namespace SleapNn.Tests.Module;

/// <summary>
/// Install-SleapRuntime and Uninstall-SleapRuntime as a user has them. libtorch for CUDA is made up; what this module knows the
/// checksum of (TorchSharp, OpenCV) comes from NuGet's cache of packages, where the build has put it.
/// </summary>
public sealed class RuntimeCommandTests : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly ModuleFixture module;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-install-").FullName;

    public RuntimeCommandTests(ModuleFixture module) => this.module = module;

    private static string Cache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } given ? given
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private string MadeUp => Path.Combine(folder, "packages");

    private string Root => Path.Combine(folder, "runtimes");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [CachedPackagesFact]
    public void A_runtime_is_installed_listed_used_and_removed()
    {
        WriteCuda();
        var variables = new { made = MadeUp, cache = Cache, root = Root };

        var result = module.Invoke("Install-SleapRuntime -Backend Cuda -Source $made, $cache -Destination $root -RuntimeIdentifier linux-x64", variables).Succeeded();

        var runtime = Assert.IsType<SleapRuntime>(Assert.Single(result.Output).BaseObject);
        Assert.Equal((RuntimeBackend.Cuda, "2.10.0", "12.8"), (runtime.Backend, runtime.Version, runtime.CudaVersion));
        Assert.StartsWith(Root, runtime.Path);
        Assert.True(File.Exists(Path.Combine(runtime.Path, "libLibTorchSharp.so")));
        Assert.Contains(result.Warnings, w => w.Contains("no checksum of libtorch-cuda-12.8-linux-x64", StringComparison.Ordinal));
        Assert.Contains(result.Progress, p => p.Activity.Contains("libtorch 2.10.0 for CUDA 12.8", StringComparison.Ordinal));

        var again = module.RunSingle<SleapRuntime>("Install-SleapRuntime cuda -Source $made -Destination $root -RuntimeIdentifier linux-x64 -WarningAction SilentlyContinue", variables);
        Assert.Equal(runtime.InstalledAt, again.InstalledAt);

        var text = module.RunSingle<string>("Install-SleapRuntime cuda -Source $made -Destination $root -RuntimeIdentifier linux-x64 -WarningAction SilentlyContinue | Out-String -Width 300", variables);
        Assert.Contains("Cuda 12.8", text);
        Assert.Contains("Size (MB)", text);

        var seen = module.Run("$env:SLEAPNN_RUNTIME = $root; try { (Get-SleapSystem).InstalledRuntimes.Backend; Get-SleapSystem | Out-String -Width 300 } finally { $env:SLEAPNN_RUNTIME = $null }", variables);
        Assert.Contains(RuntimeBackend.Cuda, seen);
        Assert.Contains("Libraries from", (string)seen[^1]);

        module.Invoke("Uninstall-SleapRuntime $path -WhatIf", new { path = runtime.Path }).Succeeded();
        Assert.True(Directory.Exists(runtime.Path));
        module.Invoke("$runtime | Uninstall-SleapRuntime", new { runtime }).Succeeded();
        Assert.False(Directory.Exists(runtime.Path));
    }

    [Fact]
    public void What_cannot_be_installed_is_told_by_stable_ids()
    {
        var variables = new { folder, root = Root };

        Assert.Equal("RuntimeVersionMismatch", module.Invoke("Install-SleapRuntime Cpu -Version 2.9.0 -Source $folder -Destination $root", variables).ErrorId);
        Assert.Equal("RuntimePackageNotFound", module.Invoke("Install-SleapRuntime Cpu -Source $folder -Destination $root -RuntimeIdentifier linux-x64", variables).ErrorId);
        Assert.Equal("RuntimeSourceNotFound", module.Invoke("Install-SleapRuntime Cpu -Source nowhere -Destination $root -RuntimeIdentifier linux-x64", variables).ErrorId);
        Assert.Equal("RuntimeUnsupported", module.Invoke("Install-SleapRuntime Cuda -Source $folder -Destination $root -RuntimeIdentifier osx-arm64", variables).ErrorId);
        Assert.Equal("RuntimeNotFound", module.Invoke("Uninstall-SleapRuntime $folder", variables).ErrorId);
        Assert.Equal("PathNotFound", module.Invoke("Uninstall-SleapRuntime $root/none", variables).ErrorId);
    }

    [Fact]
    public void WhatIf_touches_nothing_and_the_version_completes()
    {
        module.Invoke("Install-SleapRuntime Cpu -Source $folder -Destination $root -RuntimeIdentifier win-x64 -WhatIf", new { folder, root = Root }).Succeeded();
        Assert.False(Directory.Exists(Root));

        Assert.Equal("2.10.0", module.RunSingle<string>("[System.Management.Automation.CommandCompletion]::CompleteInput('Install-SleapRuntime -Version ', 30, $null).CompletionMatches.CompletionText"));
        Assert.Equal(["Cpu", "Cuda"], module.Run("[System.Management.Automation.CommandCompletion]::CompleteInput('Install-SleapRuntime -Backend ', 30, $null).CompletionMatches.CompletionText"));
    }

    [Fact]
    public void Ctrl_C_ends_an_installation_at_once()
    {
        WriteCuda();
        File.Copy(Path.Combine(MadeUp, "libtorch-cuda-12.8-linux-x64.2.10.0.nupkg"), Path.Combine(MadeUp, "TorchSharp.0.107.0.nupkg"));
        File.Copy(Path.Combine(MadeUp, "libtorch-cuda-12.8-linux-x64.2.10.0.nupkg"), Path.Combine(MadeUp, "OpenCvSharp4.official.runtime.linux-x64.4.13.0.20260627.nupkg"));
        using var feed = new LocalFeed(MadeUp);
        using var asked = new ManualResetEventSlim();
        using var stopped = new ManualResetEventSlim();
        feed.OnPackage = _ =>
        {
            asked.Set();
            stopped.Wait(TimeSpan.FromSeconds(30));
        };

        var time = module.Stop("Install-SleapRuntime Cuda -Source $source -Destination $root -RuntimeIdentifier linux-x64", _ => asked.IsSet, new { source = feed.Address, root = Root });

        stopped.Set();
        Assert.True(time < TimeSpan.FromSeconds(5), $"It took {time}.");
        Assert.Empty(Directory.GetDirectories(Root, "torchsharp*"));
    }

    [Fact]
    public void A_cmdlet_that_needs_the_libraries_says_which_command_to_run()
    {
        var copy = CopyWithoutNatives();
        var checks =
            $"$env:SLEAPNN_RUNTIME = '{Root}'; Import-Module '{copy}'; foreach ($script in {{ New-SleapDemoDataset '{folder}/demo' }}, {{ Get-SleapModel '{folder}' }}) {{ try {{ & $script }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message }} }}; "
            + "$system = Get-SleapSystem; $system.Torch.Works; $system.Torch.Reason";

        var run = HostProcess.Run("-NoModule", "-Command", "$ErrorActionPreference = 'Stop'; " + checks);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("RuntimeNotInstalled,SleapNn.PowerShell.Commands.NewSleapDemoDataset", run.Output);
        Assert.Contains($"Install-SleapRuntime -Backend C", run.Output);
        Assert.Contains($"-Destination '{Root}'", run.Output);
        Assert.Contains("False", run.Output);
    }

    private void WriteCuda()
    {
        const string head = "libtorch-cuda-12.8-linux-x64", native = "runtimes/linux-x64/native/";
        Write(head, "", $"<dependency id=\"{head}-part1\" version=\"2.10.0\" />");
        Write(head + "-part1", native, "", "libc10.so", "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so");
    }

    private void Write(string id, string prefix, string dependencies, params string[] files)
    {
        Directory.CreateDirectory(MadeUp);
        using var archive = new ZipArchive(File.Create(Path.Combine(MadeUp, $"{id}.2.10.0.nupkg")), ZipArchiveMode.Create);
        using (var description = new StreamWriter(archive.CreateEntry(id + ".nuspec").Open()))
        {
            description.Write($"<package><metadata><id>{id}</id><version>2.10.0</version><dependencies>{dependencies}</dependencies></metadata></package>");
        }

        foreach (var file in files)
        {
            using var writer = new StreamWriter(archive.CreateEntry(prefix + file).Open());
            writer.Write(file);
        }
    }

    private string CopyWithoutNatives()
    {
        var copy = Path.Combine(folder, "SleapNn");
        foreach (var file in Directory.GetFiles(ModuleFixture.ModuleFolder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetFileName(file);
            if (name.Contains(".so", StringComparison.Ordinal) || name.Contains("torch_", StringComparison.Ordinal) || name.Contains("LibTorchSharp", StringComparison.Ordinal) || name.Contains("SharpExtern", StringComparison.Ordinal))
            {
                continue;
            }

            var target = Path.Combine(copy, Path.GetRelativePath(ModuleFixture.ModuleFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>A test that takes TorchSharp and OpenCV for Linux from NuGet's cache; skipped, saying so, where they are not there.</summary>
    private sealed class CachedPackagesFactAttribute : FactAttribute
    {
        public CachedPackagesFactAttribute()
        {
            string[] needed = ["torchsharp/0.107.0/torchsharp.0.107.0.nupkg", "opencvsharp4.official.runtime.linux-x64/4.13.0.20260627/opencvsharp4.official.runtime.linux-x64.4.13.0.20260627.nupkg"];
            if (needed.FirstOrDefault(path => !File.Exists(Path.Combine(Cache, path))) is { } missing)
            {
                Skip = $"NuGet's cache has no {missing}.";
            }
        }
    }
}
