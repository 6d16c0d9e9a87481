using SleapNn.Runtime;
using SleapNn.Runtime.Installing;

namespace SleapNn.Tests.Runtime.Installing;

public sealed class RuntimeInstallerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-runtime-").FullName;
    private readonly List<string> warnings = [];
    private readonly List<RuntimeProgress> progress = [];

    private string Packages => Path.Combine(folder, "packages");

    private string Root => Path.Combine(folder, "runtimes");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void CUDA_in_many_packages_is_put_together_from_a_folder()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cuda);

        var runtime = Install(RuntimeBackend.Cuda, Folder());

        Assert.Equal(Path.Combine(Root, "torchsharp-0.107.0-cuda-linux-x64"), runtime.Path);
        Assert.Equal(MadeUpPackages.TorchCuda, File.ReadAllBytes(Path.Combine(runtime.Path, "libtorch_cuda.so")));
        Assert.Equal(
            ["libLibTorchSharp.so", "libOpenCvSharpExtern.so", "libc10.so", "libgomp-98b21ff3.so.1", "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so", "runtime.json"],
            Directory.GetFiles(runtime.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
        Assert.Equal((RuntimeBackend.Cuda, "2.10.0", "12.8", "linux-x64", 7), (runtime.Backend, runtime.Version, runtime.CudaVersion, runtime.RuntimeIdentifier, runtime.Packages.Count));
        Assert.Equal([Packages], runtime.Source);
        Assert.Equal(NativeLibraries.PortableRid() == "linux-x64", runtime.IsUsable);
        Assert.Equal(runtime.SizeBytes, Directory.GetFiles(runtime.Path, "lib*").Sum(f => new FileInfo(f).Length));
        AssertNothingLeftBeside();
    }

    [Fact]
    public void A_feed_s_packages_are_checked_against_its_catalogue()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);

        var runtime = Install(RuntimeBackend.Cpu, Http(feed));

        Assert.Equal([feed.Address], runtime.Source);
        Assert.Null(runtime.CudaVersion);
        Assert.Empty(warnings);
        Assert.Equal(3, File.ReadAllText(Path.Combine(runtime.Path, "runtime.json")).Split("\"IsVerified\": true").Length - 1);
        Assert.Contains(progress, p => p.Status.Contains("libtorch-cpu-linux-x64 2.10.0 (2 of 3)", StringComparison.Ordinal) && p.Percent >= 0);
        AssertNothingLeftBeside();
    }

    [Fact]
    public void Where_nobody_tells_a_checksum_a_warning_says_so()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages) { TellsHashes = false };

        Install(RuntimeBackend.Cpu, Http(feed));

        Assert.Equal(3, warnings.Count);
        Assert.Contains("tells no checksum of TorchSharp 0.107.0", warnings[0]);
    }

    [Fact]
    public void A_download_that_broke_goes_on_where_it_ended()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);
        feed.BreaksAfter["libtorch-cpu"] = 600_000;

        var error = Assert.Throws<RuntimeException>(() => Install(RuntimeBackend.Cpu, Http(feed)));

        Assert.Equal("RuntimeSourceUnreachable", error.ErrorId);
        Assert.False(Directory.Exists(Path.Combine(Root, "torchsharp-0.107.0-cpu-linux-x64")));
        var part = Assert.Single(Directory.GetFiles(Root, "*.part", SearchOption.AllDirectories));
        var length = new FileInfo(part).Length;
        Assert.InRange(length, 1, 600_000);

        feed.BreaksAfter.Clear();
        feed.Requests.Clear();
        Install(RuntimeBackend.Cpu, Http(feed));

        Assert.Equal([$"bytes={length}-"], feed.Requests.Where(r => r.Path.EndsWith("libtorch-cpu-linux-x64.2.10.0.nupkg", StringComparison.Ordinal)).Select(r => r.Range));
        Assert.Equal(0, feed.DownloadsOf("torchsharp"));
        AssertNothingLeftBeside();
    }

    [Fact]
    public void What_was_stopped_leaves_no_runtime_and_goes_on_later()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);
        using var stop = new CancellationTokenSource();
        feed.OnPackage = name =>
        {
            if (name.StartsWith("libtorch", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        Assert.ThrowsAny<OperationCanceledException>(() => Install(RuntimeBackend.Cpu, Http(feed), token: stop.Token));

        Assert.Empty(RuntimeStore.In(Root));
        feed.OnPackage = null;
        feed.Requests.Clear();
        Install(RuntimeBackend.Cpu, Http(feed));
        Assert.Equal(0, feed.DownloadsOf("torchsharp"));
        Assert.Single(RuntimeStore.In(Root));
    }

    [Fact]
    public void A_package_with_another_checksum_is_refused_and_fetched_anew_the_next_time()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);
        feed.Hashes["libtorch-cpu"] = Convert.ToBase64String(new byte[64]);

        var error = Assert.Throws<RuntimeException>(() => Install(RuntimeBackend.Cpu, Http(feed)));

        Assert.Equal("RuntimePackageDamaged", error.ErrorId);
        Assert.Empty(RuntimeStore.In(Root));
        feed.Hashes.Clear();
        Install(RuntimeBackend.Cpu, Http(feed));
        Assert.Single(RuntimeStore.In(Root));
    }

    [Fact]
    public void What_this_module_knows_of_a_package_counts_more_than_what_a_feed_tells()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);

        var error = Assert.Throws<RuntimeException>(() => new RuntimeInstaller([Http(feed)], progress.Add, warnings.Add, default).Install(RuntimeBackend.Cpu, MadeUpPackages.Rid, Root, force: false));

        Assert.Equal("RuntimePackageDamaged", error.ErrorId);
    }

    [Fact]
    public void Packages_that_are_absent_or_of_another_version_are_named()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);
        feed.Missing["libtorch-cpu"] = true;
        Assert.Equal("RuntimePackageNotFound", Fails(Http(feed)).ErrorId);

        File.Move(Path.Combine(Packages, "libtorch-cpu-linux-x64.2.10.0.nupkg"), Path.Combine(Packages, "libtorch-cpu-linux-x64.2.9.1.nupkg"));
        foreach (var source in new PackageFeed[] { Http(feed), Folder() })
        {
            var other = Fails(source);
            Assert.Equal("RuntimeVersionMismatch", other.ErrorId);
            Assert.Contains("2.9.1", other.Message);
        }

        File.Delete(Path.Combine(Packages, "libtorch-cpu-linux-x64.2.9.1.nupkg"));
        foreach (var source in new PackageFeed[] { Http(feed), Folder() })
        {
            feed.Requests.Clear();
            Assert.Equal("RuntimePackageNotFound", Fails(source).ErrorId);
            Assert.Equal(0, feed.DownloadsOf(""));
        }
    }

    [Fact]
    public void A_file_that_holds_another_package_than_its_name_says_is_refused()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        File.Copy(MadeUpPackages.Write(folder, "libtorch-cpu-linux-x64", "2.9.1", []), Path.Combine(Packages, "libtorch-cpu-linux-x64.2.10.0.nupkg"), overwrite: true);

        Assert.Equal("RuntimeVersionMismatch", Fails(Folder()).ErrorId);
    }

    [Fact]
    public void Pieces_that_are_missing_or_do_not_fit_leave_nothing()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cuda, sha: new string('0', 64));
        Assert.Equal("RuntimePackageDamaged", Fails(Folder(), RuntimeBackend.Cuda).ErrorId);

        MadeUpPackages.Write(Packages, RuntimeBackend.Cuda);
        MadeUpPackages.Write(Packages, "libtorch-cuda-12.8-linux-x64-part2-fragment1", "2.10.0", []);
        Assert.Equal("RuntimePackageIncomplete", Fails(Folder(), RuntimeBackend.Cuda).ErrorId);

        MadeUpPackages.Write(Packages, "libtorch-cuda-12.8-linux-x64-part2-primary", "2.10.0", []);
        Assert.Equal("RuntimePackageIncomplete", Fails(Folder(), RuntimeBackend.Cuda).ErrorId);
        AssertNothingLeftBeside();
    }

    [Fact]
    public void Damaged_packages_are_refused()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        var path = Path.Combine(Packages, "libtorch-cpu-linux-x64.2.10.0.nupkg");
        var good = File.ReadAllBytes(path);
        var flipped = (byte[])good.Clone();
        flipped[good.Length / 2] ^= 1;
        byte[][] damaged = [flipped, good[..(good.Length / 2)], [], [1, 2, 3]];

        foreach (var content in damaged)
        {
            File.WriteAllBytes(path, content);
            Assert.Equal("RuntimePackageDamaged", Fails(Folder()).ErrorId);
        }

        File.WriteAllText(path + ".sha512", Convert.ToBase64String(new byte[64]));
        File.WriteAllBytes(path, good);
        Assert.Equal("RuntimePackageDamaged", Fails(Folder()).ErrorId);
        AssertNothingLeftBeside();
    }

    [Fact]
    public void Two_that_want_the_same_do_it_once()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Packages);

        var runtimes = new SleapRuntime[4];
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() => runtimes[i] = new RuntimeInstaller([Http(feed)], _ => { }, _ => { }, default, _ => null)
            .Install(RuntimeBackend.Cpu, MadeUpPackages.Rid, Root, force: i % 2 == 1))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Single(runtimes.Select(runtime => runtime.Path).Distinct());
        Assert.InRange(feed.DownloadsOf("libtorch"), 1, 2);
        Assert.Single(RuntimeStore.In(Root));
    }

    [Fact]
    public void What_is_whole_stays_and_what_is_damaged_is_made_new()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        var first = Install(RuntimeBackend.Cpu, Folder());
        var second = Install(RuntimeBackend.Cpu, new FolderFeed { Name = "gone", Address = Path.Combine(folder, "gone") });
        Assert.Equal(first.InstalledAt, second.InstalledAt);

        if (NativeLibraries.PortableRid() == MadeUpPackages.Rid)
        {
            File.WriteAllText(Path.Combine(first.Path, "libc10.so"), "short");
            Assert.Contains("libc10.so", RuntimeStore.Read(first.Path)!.Problem);
            Assert.True(Install(RuntimeBackend.Cpu, Folder()).IsUsable);
        }

        var forced = Install(RuntimeBackend.Cpu, Folder(), force: true);
        Assert.True(forced.InstalledAt > first.InstalledAt);
        AssertNothingLeftBeside();
    }

    [Fact]
    public void What_a_session_kept_from_being_deleted_goes_with_the_next_change()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        var runtime = Install(RuntimeBackend.Cpu, Folder());
        LeaveOld();
        Install(RuntimeBackend.Cpu, Folder(), force: true);
        AssertNothingLeftBeside();
        LeaveOld();
        RuntimeInstaller.Remove(runtime.Path);
        Assert.Empty(Directory.GetDirectories(Root));

        void LeaveOld() => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Root, ".torchsharp-0.107.0-cpu-linux-x64.0123.old")).FullName, "c10.dll"), "");
    }

    [Fact]
    public void A_source_that_does_not_answer_is_passed_over_where_another_has_the_packages()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        PackageFeed gone = new HttpFeed { Name = "gone", Address = "http://127.0.0.1:9/v3/index.json" };

        Assert.Equal("RuntimeSourceUnreachable", Fails(gone).ErrorId);
        Install(RuntimeBackend.Cpu, gone, Folder());

        Assert.Contains(warnings, w => w.Contains("gone cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_named()
    {
        MadeUpPackages.Write(Packages, RuntimeBackend.Cpu);
        File.WriteAllText(Root, "a file");

        Assert.Equal("RuntimeWriteFailed", Fails(Folder()).ErrorId);
    }

    [Fact]
    public void Systems_without_packages_are_refused()
    {
        Assert.Equal("RuntimeUnsupported", Assert.Throws<RuntimeException>(() => RuntimePackages.For(RuntimeBackend.Cpu, "linux-arm64")).ErrorId);
        Assert.Equal("RuntimeUnsupported", Assert.Throws<RuntimeException>(() => RuntimePackages.For(RuntimeBackend.Cuda, "osx-arm64")).ErrorId);
    }

    private RuntimeException Fails(PackageFeed feed, RuntimeBackend backend = RuntimeBackend.Cpu)
    {
        var error = Assert.Throws<RuntimeException>(() => Install(backend, feed));
        Assert.Empty(RuntimeStore.In(Root));
        return error;
    }

    private SleapRuntime Install(RuntimeBackend backend, params PackageFeed[] feeds) => Install(backend, feeds, false, default);

    private SleapRuntime Install(RuntimeBackend backend, PackageFeed feed, bool force = false, CancellationToken token = default) => Install(backend, [feed], force, token);

    private SleapRuntime Install(RuntimeBackend backend, PackageFeed[] feeds, bool force, CancellationToken token) =>
        new RuntimeInstaller(feeds, progress.Add, warnings.Add, token, _ => null).Install(backend, MadeUpPackages.Rid, Root, force);

    private FolderFeed Folder() => new() { Name = Packages, Address = Packages };

    private static HttpFeed Http(LocalFeed feed) => new() { Name = "local", Address = feed.Address };

    private void AssertNothingLeftBeside() =>
        Assert.All(Directory.GetFileSystemEntries(Root).Select(p => Path.GetFileName(p)), name => Assert.True(name.EndsWith(".lock", StringComparison.Ordinal) || name.StartsWith("torchsharp", StringComparison.Ordinal), name));
}
