using System.IO.Compression;
using System.Security.Cryptography;
using SleapNn.Runtime.Installing;

namespace SleapNn.Tests.Runtime.Installing;

/// <summary>Small packages with the names and the layout of the real ones, for linux-x64.</summary>
internal static class MadeUpPackages
{
    public const string Rid = "linux-x64";
    private const string Native = "runtimes/linux-x64/native/";

    /// <summary>What libtorch_cuda.so is when its three pieces are put together.</summary>
    public static byte[] TorchCuda { get; } = Bytes(300_000, seed: 9);

    /// <summary>Writes all packages of a backend into a folder.</summary>
    public static void Write(string folder, RuntimeBackend backend, string? sha = null)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "TorchSharp", RuntimePackages.TorchSharpVersion, [("runtimes/win-x64/native/LibTorchSharp.dll", Bytes(10, 1)), (Native + "libLibTorchSharp.so", Bytes(20_000, 2))], ("SharpZipLib", "1.4.0"));
        Write(folder, "OpenCvSharp4.official.runtime.linux-x64", RuntimePackages.OpenCvSharpVersion, [(Native + "libOpenCvSharpExtern.so", Bytes(400_000, 3))]);
        (string, byte[])[] common =
        [
            (Native + "libc10.so", Bytes(1000, 4)), (Native + "libtorch.so", Bytes(1000, 5)), (Native + "libtorch_cpu.so", Bytes(2_000_000, 6)),
            (Native + "libgomp-98b21ff3.so.1", Bytes(500, 7)), (Native + "libtorch_python.so", Bytes(500, 8)),
        ];
        if (backend == RuntimeBackend.Cpu)
        {
            Write(folder, "libtorch-cpu-linux-x64", RuntimePackages.LibtorchVersion, common);
            return;
        }

        const string head = "libtorch-cuda-12.8-linux-x64", version = RuntimePackages.LibtorchVersion, cuda = "libtorch_cuda.so";
        Write(folder, head, version, [], (head + "-part1", version), (head + "-part2-primary", $"[{version}]"), (head + "-part2-fragment1", version), (head + "-part2-fragment2", $"[{version}, )"));
        Write(folder, head + "-part1", version, common);
        Write(folder, head + "-part2-primary", version, [(Native + cuda, TorchCuda[..100_000]), (Native + cuda + ".sha", System.Text.Encoding.ASCII.GetBytes(sha ?? Convert.ToHexString(SHA256.HashData(TorchCuda)).ToLowerInvariant()))]);
        Write(folder, head + "-part2-fragment1", version, [("fragments/linux-x64/native/" + cuda + ".fragment1", TorchCuda[100_000..250_000])]);
        Write(folder, head + "-part2-fragment2", version, [("fragments/linux-x64/native/" + cuda + ".fragment2", TorchCuda[250_000..])]);
    }

    /// <summary>Writes one package.</summary>
    public static string Write(string folder, string id, string version, (string Name, byte[] Content)[] files, params (string Id, string Version)[] dependencies)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{id}.{version}.nupkg");
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        using (var description = new StreamWriter(archive.CreateEntry(id + ".nuspec").Open()))
        {
            description.Write($"<package xmlns=\"http://schemas.microsoft.com/packaging/2012/06/nuspec.xsd\"><metadata><id>{id}</id><version>{version}</version><dependencies><group targetFramework=\".NETStandard2.0\">");
            foreach (var (name, range) in dependencies)
            {
                description.Write($"<dependency id=\"{name}\" version=\"{range}\" />");
            }

            description.Write("</group></dependencies></metadata></package>");
        }

        foreach (var (name, content) in files)
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(content);
        }

        return path;
    }

    /// <summary>Bytes that do not shrink, the same each time.</summary>
    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
