using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;

namespace SleapNn.Runtime.Installing;

/// <summary>
/// Puts the native libraries of exactly the versions that this module was built for into a folder, whole or not at all:
/// packages are fetched (and kept when this is stopped), checked, unpacked into a hidden folder, and only then that folder
/// gets its name. Processes that want the same runtime wait for each other.
/// </summary>
internal sealed class RuntimeInstaller
{
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<PackageFeed> feeds;
    private readonly Action<RuntimeProgress> report;
    private readonly Action<string> warn;
    private readonly CancellationToken token;
    private readonly Func<PackageIdentity, string?> knownHash;
    private readonly HashSet<PackageFeed> failed = [];

    /// <summary>Creates an installer.</summary>
    /// <param name="feeds">Where packages come from, in order.</param>
    /// <param name="report">Told how far it is.</param>
    /// <param name="warn">Told what the user should know.</param>
    /// <param name="token">Stops; what was downloaded is kept.</param>
    /// <param name="knownHash">The SHA-512 that a package is known to have, in base64; null takes those that this module knows.</param>
    public RuntimeInstaller(
        IReadOnlyList<PackageFeed> feeds, Action<RuntimeProgress> report, Action<string> warn, CancellationToken token, Func<PackageIdentity, string?>? knownHash = null)
    {
        this.knownHash = knownHash ?? RuntimePackages.KnownHash;
        this.feeds = feeds;
        this.report = report;
        this.warn = warn;
        this.token = token;
    }

    /// <summary>Installs a runtime.</summary>
    /// <param name="backend">What to compute on.</param>
    /// <param name="rid">The system that it is for.</param>
    /// <param name="root">The folder to put it in, as a folder of its own.</param>
    /// <param name="force">Replaces one that is there; otherwise it is kept where it is whole.</param>
    /// <returns>The runtime.</returns>
    /// <exception cref="RuntimeException">It cannot be installed; the message says why and what to do.</exception>
    public SleapRuntime Install(RuntimeBackend backend, string rid, string root, bool force)
    {
        var packages = RuntimePackages.For(backend, rid);
        var name = RuntimeStore.FolderName(backend, rid);
        var target = Path.Combine(root, name);
        try
        {
            Directory.CreateDirectory(root);
            var before = DateTime.UtcNow;
            using var turn = FileDownload.AwaitTurn(Path.Combine(root, $".{name}.lock"), () => report(new("Waiting for another installation", -1)), token);
            var present = IsWhole(target);

            // Another process may have put it there, as wanted, while this one waited.
            if (present && (!force || Directory.GetLastWriteTimeUtc(target) > before))
            {
                return RuntimeStore.Read(target)!;
            }

            var downloads = Path.Combine(root, $".{name}.downloads");
            var fetched = FetchAll(packages, downloads);
            try
            {
                Unpack(fetched, backend, rid, root, target);
            }
            finally
            {
                fetched.ForEach(package => package.File.Dispose());
            }

            DeleteFolder(downloads);
            return RuntimeStore.Read(target)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException(
                "RuntimeWriteFailed",
                $"The runtime cannot be written to '{root}': {e.Message} See to the space and the rights there, or name another folder with -Destination. What was downloaded is kept.",
                root,
                e);
        }
    }

    private static bool IsWhole(string folder) =>
        Directory.Exists(folder) && RuntimeStore.Read(folder) is { } runtime && (runtime.IsUsable || runtime.Problem!.StartsWith("it is for", StringComparison.Ordinal));

    private List<Fetched> FetchAll(IReadOnlyList<PackageIdentity> roots, string downloads)
    {
        var fetched = new List<Fetched>();
        var queue = new Queue<(PackageIdentity Package, PackageFeed Feed, PackageLocation Location)>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            Enqueue(roots);
            while (queue.TryDequeue(out var next))
            {
                token.ThrowIfCancellationRequested();
                var package = Fetch(next.Package, next.Feed, next.Location, downloads, $"{next.Package} ({fetched.Count + 1} of {seen.Count})");
                fetched.Add(package);
                Enqueue(package.File.Dependencies.Where(d => RuntimePackages.BelongsToRuntime(d.Id)));
            }

            return fetched;
        }
        catch
        {
            fetched.ForEach(f => f.File.Dispose());
            throw;
        }

        // All are looked for before the first of them is fetched: what is not there is told at once.
        void Enqueue(IEnumerable<PackageIdentity> packages)
        {
            foreach (var package in packages.Where(package => seen.Add(package.Id)))
            {
                var (feed, location) = Locate(package);
                queue.Enqueue((package, feed, location));
            }
        }
    }

    private Fetched Fetch(PackageIdentity package, PackageFeed feed, PackageLocation location, string downloads, string what)
    {
        var expected = knownHash(package) ?? location.Hash;
        string path, hash;
        if (location.Address.IsFile)
        {
            path = location.Address.LocalPath;
            report(new($"Checking {what}", -1));
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            hash = HashOf(stream);
            RequireHash(hash, expected, path);
        }
        else
        {
            path = Path.Combine(downloads, package.FileName);
            Download(feed, location, path, expected, what);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            hash = HashOf(stream);
            if (expected is not null && hash != expected)
            {
                // It lay there from before, and does not fit.
                stream.Dispose();
                File.Delete(path);
                RequireHash(hash, expected, path);
            }
        }

        if (expected is null)
        {
            warn($"The package source {feed.Name} tells no checksum of {package}; only those inside the package were checked.");
        }

        var file = OpenFetched(path, !location.Address.IsFile);
        if (!string.Equals(file.Identity.Id, package.Id, StringComparison.OrdinalIgnoreCase) || file.Identity.Version != package.Version)
        {
            var found = file.Identity;
            file.Dispose();
            DeleteDownload(path, !location.Address.IsFile);
            throw new RuntimeException("RuntimeVersionMismatch", $"The package source {feed.Name} gave {found} where {package} was asked for. Name another source with -Source.", feed.Address);
        }

        return new Fetched(package, file, hash, expected is not null, feed.Address);
    }

    private static PackageFile OpenFetched(string path, bool isDownload)
    {
        try
        {
            return PackageFile.Open(path);
        }
        catch (RuntimeException)
        {
            DeleteDownload(path, isDownload);
            throw;
        }
    }

    private static void DeleteDownload(string path, bool isDownload)
    {
        if (isDownload)
        {
            File.Delete(path);
        }
    }

    private (PackageFeed Feed, PackageLocation Location) Locate(PackageIdentity package)
    {
        report(new($"Looking for {package}", -1));
        RuntimeException? first = null;
        foreach (var feed in feeds.Where(feed => !failed.Contains(feed) && feed.MayServe(package.Id)))
        {
            try
            {
                if (feed.Find(package, token) is { } location)
                {
                    return (feed, location);
                }
            }
            catch (RuntimeException e)
            {
                if (feeds.Count == 1)
                {
                    throw;
                }

                // Another source may have it.
                failed.Add(feed);
                first ??= e;
                warn(e.Message);
            }
        }

        throw first ?? NotFound(package);
    }

    private RuntimeException NotFound(PackageIdentity package)
    {
        var others = feeds.Where(feed => !failed.Contains(feed)).SelectMany(feed => feed.Versions(package.Id, token)).Distinct().ToList();
        var sources = string.Join(", ", feeds);
        return others.Count > 0
            ? new RuntimeException(
                "RuntimeVersionMismatch",
                $"This module needs {package.Id} in the version {package.Version}; the package source has {string.Join(", ", others.TakeLast(5))} ({sources}). Name a source that has it with -Source.",
                package.ToString())
            : new RuntimeException(
                "RuntimePackageNotFound",
                $"The package {package} was not found in {sources}. Name a feed or a folder that has it with -Source.",
                package.ToString());
    }

    private void Download(PackageFeed feed, PackageLocation location, string path, string? expected, string what)
    {
        try
        {
            FileDownload.Fetch(location.Address, path, stream => Check(stream, expected), location.Authorization, SilenceLimit, Report, token);
        }
        catch (InvalidDataException e)
        {
            throw new RuntimeException(
                "RuntimePackageDamaged",
                $"What the package source {feed.Name} sends as {location.Address} is not the package: {e.Message}. Run the command again; if that does not help, see whether a proxy stands between, or name another source with -Source.",
                location.Address.ToString(),
                e);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw HttpFeed.Denied(feed.Name, location.Address, e.StatusCode.Value);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            throw new RuntimeException("RuntimePackageNotFound", $"The package source {feed.Name} lists {what}, but has nothing at '{location.Address}'. Name another source with -Source.", location.Address.ToString(), e);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or HttpIOException || (e is IOException && e is not (DirectoryNotFoundException or PathTooLongException) && !IsDiskFull(e)))
        {
            throw HttpFeed.Unreachable(feed.Name, location.Address, e);
        }

        void Report(long done, long? total)
        {
            var text = total is { } all ? FormattableString.Invariant($"{done / 1e6:0} of {all / 1e6:0} MB") : FormattableString.Invariant($"{done / 1e6:0} MB");
            report(new($"Fetching {what}: {text}", total is > 0 ? (int)(done * 100 / total.Value) : -1));
        }
    }

    // ENOSPC, and ERROR_DISK_FULL as .NET codes it.
    private static bool IsDiskFull(Exception e) => (e.HResult & 0xffff) is 28 or 112;

    private static void Check(FileStream stream, string? expected)
    {
        if (expected is not null && HashOf(stream) is var hash && hash != expected)
        {
            throw new InvalidDataException($"its SHA-512 is {hash}, not {expected}");
        }
    }

    private static void RequireHash(string hash, string? expected, string path)
    {
        if (expected is not null && hash != expected)
        {
            throw PackageFile.Damaged(path, $"its SHA-512 is {hash}, not {expected}");
        }
    }

    private static string HashOf(FileStream stream)
    {
        stream.Position = 0;
        return Convert.ToBase64String(SHA512.HashData(stream));
    }

    private void Unpack(List<Fetched> packages, RuntimeBackend backend, string rid, string root, string target)
    {
        var parts = LibraryParts.Of([.. packages.Select(p => p.File)], rid);
        var missing = RuntimePackages.RequiredFiles(backend, rid).Where(file => !parts.ContainsKey(file)).ToList();
        if (missing.Count > 0)
        {
            throw new RuntimeException(
                "RuntimePackageIncomplete",
                $"The packages ({string.Join(", ", packages.Select(p => p.Package))}) lack {string.Join(", ", missing)}. Name another source with -Source.",
                target);
        }

        var temporary = Path.Combine(root, "." + Path.GetFileName(target) + ".new");
        DeleteFolder(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            var total = Math.Max(1, parts.Values.Sum(part => part.Length));
            long done = 0;
            var sinceReport = Stopwatch.StartNew();
            foreach (var part in parts.Values)
            {
                part.Write(Path.Combine(temporary, part.Name), OnBytes, token);
                if (rid.StartsWith("linux", StringComparison.Ordinal))
                {
                    LinuxLoader.MakeLoadable(Path.Combine(temporary, part.Name));
                }
            }

            RuntimeStore.Write(Describe(packages, parts, backend, rid), temporary);
            token.ThrowIfCancellationRequested();
            Replace(temporary, target);

            void OnBytes(int count)
            {
                done += count;
                if (sinceReport.ElapsedMilliseconds > 250)
                {
                    sinceReport.Restart();
                    report(new(FormattableString.Invariant($"Unpacking: {done / 1e6:0} of {total / 1e6:0} MB"), (int)(done * 100 / total)));
                }
            }
        }
        catch
        {
            DeleteFolder(temporary);
            throw;
        }
    }

    private static RuntimeManifest Describe(List<Fetched> packages, Dictionary<string, LibraryParts> parts, RuntimeBackend backend, string rid) => new()
    {
        Backend = backend,
        LibtorchVersion = RuntimePackages.LibtorchVersion,
        CudaVersion = backend == RuntimeBackend.Cuda ? RuntimePackages.CudaVersion : null,
        TorchSharpVersion = RuntimePackages.TorchSharpVersion,
        OpenCvSharpVersion = RuntimePackages.OpenCvPackage(rid) is null ? null : RuntimePackages.OpenCvSharpVersion,
        RuntimeIdentifier = rid,
        InstalledAt = DateTimeOffset.Now,
        Packages = [.. packages.Select(p => new RuntimeManifest.PackageEntry { Id = p.Package.Id, Version = p.Package.Version, Sha512 = p.Hash, IsVerified = p.IsVerified, Source = p.Source })],
        Files = parts.Values.ToDictionary(part => part.Name, part => part.Length),
    };

    // A process that has the old libraries loaded keeps them on Linux; Windows refuses to move them.
    private static void Replace(string temporary, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        MoveAside(target);
        Directory.Move(temporary, target);
        DeleteOld(Path.GetDirectoryName(target)!);
    }

    /// <summary>Takes a runtime away. Where a session has its libraries loaded on Windows, they go with the next change of the runtimes.</summary>
    /// <param name="folder">The runtime's folder.</param>
    /// <exception cref="RuntimeException">A process uses it (RuntimeInUse).</exception>
    internal static void Remove(string folder)
    {
        MoveAside(folder);
        DeleteOld(Path.GetDirectoryName(folder)!);
    }

    private static void DeleteOld(string root)
    {
        foreach (var old in Directory.GetDirectories(root, ".*.old"))
        {
            FileRemoval.TryFolder(old);
        }
    }

    // Gives the folder of a runtime another name, so that nothing finds it while it is deleted.
    private static void MoveAside(string folder)
    {
        var old = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.old");
        try
        {
            Directory.Move(folder, old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException(
                "RuntimeInUse",
                $"The runtime in '{folder}' cannot be replaced or removed: {e.Message} End the PowerShell sessions that use it, and see to your rights there.",
                folder,
                e);
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Fetched(PackageIdentity Package, PackageFile File, string Hash, bool IsVerified, string Source);
}
