using System.Xml.Linq;
using SleapNn.Runtime;
using SleapNn.Runtime.Installing;
using TorchSharp;

namespace SleapNn.Tests.Runtime.Installing;

public sealed class RuntimeStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_versions_are_those_that_the_module_is_built_with()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SleapNn.slnx")))
        {
            root = root.Parent!;
        }

        var versions = XDocument.Load(Path.Combine(root.FullName, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(e => (string)e.Attribute("Include")!, e => (string)e.Attribute("Version")!);

        Assert.Equal(RuntimePackages.TorchSharpVersion, versions["TorchSharp"]);
        Assert.Equal(RuntimePackages.OpenCvSharpVersion, versions["OpenCvSharp4"]);
        Assert.All(RuntimePackages.RuntimeIdentifiers, rid => Assert.All(
            RuntimePackages.For(RuntimeBackend.Cpu, rid), package => Assert.Equal(versions[package.Id], package.Version)));
        Assert.Equal(RuntimePackages.CudaVersion, typeof(torch).GetField("cudaVersion", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetRawConstantValue());
        NativeLibraries.EnsureLoaded();
        Assert.StartsWith(RuntimePackages.LibtorchVersion, torch.__version__);
    }

    [Fact]
    public void Of_several_runtimes_the_one_for_CUDA_comes_first_and_others_say_why_they_do_not_fit()
    {
        var cpu = Make("a", RuntimeBackend.Cpu);
        var cuda = Make("b", RuntimeBackend.Cuda);
        var foreign = Make("c", RuntimeBackend.Cuda, rid: "other-x64");
        var old = Make("d", RuntimeBackend.Cpu, torchSharp: "0.1.0");
        var damaged = Make("e", RuntimeBackend.Cpu);
        File.Delete(Path.Combine(damaged, "file"));
        Directory.CreateDirectory(Path.Combine(folder, ".hidden.new"));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "f")).FullName, "runtime.json"), "{ not JSON");

        var all = RuntimeStore.In(folder).ToDictionary(runtime => runtime.Path);

        Assert.Equal(5, all.Count);
        Assert.Equal(cuda, RuntimeStore.FindIn(folder)!.Path);
        Assert.True(all[cpu].IsUsable);
        Assert.Contains("other-x64", all[foreign].Problem);
        Assert.Contains("0.1.0", all[old].Problem);
        Assert.Contains("'file' is missing", all[damaged].Problem);
        Assert.Equal(cpu, Assert.Single(RuntimeStore.In(cpu)).Path);
        Assert.Empty(RuntimeStore.In(Path.Combine(folder, "nowhere")));
    }

    [Fact]
    public void Windows_loads_what_others_need_first()
    {
        foreach (var name in new[] { "cudnn64_9", "cudnn_cnn64_9", "cudnn_ops64_9", "cudnn_graph64_9", "cublas64_12", "cublasLt64_12", "cudart64_12", "torch_cuda", "nvrtc64_120_0", "nvrtc-builtins64_128" })
        {
            File.WriteAllText(Path.Combine(folder, name + ".dll"), "");
        }

        Assert.Equal(
            ["cudart64_12", "cublasLt64_12", "cublas64_12", "nvrtc-builtins64_128", "nvrtc64_120_0", "cudnn_graph64_9", "cudnn_ops64_9", "cudnn_cnn64_9", "cudnn64_9"],
            WindowsLoader.InOrder(folder).Select(path => Path.GetFileNameWithoutExtension(path)));
    }

    private string Make(string name, RuntimeBackend backend, string? rid = null, string torchSharp = RuntimePackages.TorchSharpVersion)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(path, "file"), "12345");
        RuntimeStore.Write(
            new RuntimeManifest
            {
                Backend = backend,
                LibtorchVersion = RuntimePackages.LibtorchVersion,
                TorchSharpVersion = torchSharp,
                OpenCvSharpVersion = RuntimePackages.OpenCvSharpVersion,
                RuntimeIdentifier = rid ?? NativeLibraries.PortableRid(),
                Files = { ["file"] = 5 },
            },
            path);
        return path;
    }
}
