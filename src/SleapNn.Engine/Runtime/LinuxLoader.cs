using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SleapNn.Runtime;

/// <summary>
/// Loads native libraries on Linux systems that lack something which the library names but never uses. Two such cases:
/// <list type="bullet">
/// <item>LibTorchSharp asks for the symbol version GLIBCXX_3.4.32 (GCC 13), which Debian 12, Ubuntu 22.04 and RHEL 9 lack.
/// The one symbol of that version is used by no relocation, so the requirement is marked weak.</item>
/// <item>OpenCvSharp's library asks for GTK and its friends. Only window functions call them, and those are bound on first
/// call, so the entries of absent ones are pointed at the C maths library, which is loaded anyway.</item>
/// </list>
/// The changes are made on a private copy in the user's cache folder; the installed file is never touched.
/// </summary>
internal static class LinuxLoader
{
    private const string NewestStandardLibraryVersion = "GLIBCXX_3.4.32";
    private const string SymbolOfThatVersion = "_ZSt21ios_base_library_initv";
    private const string Substitute = "libm.so.6";

    private static readonly string[] WindowLibraryPrefixes =
    [
        "libfreetype.", "libharfbuzz.", "libgtk-", "libgdk-", "libgdk_pixbuf-", "libpango-", "libpangocairo-", "libatk-",
        "libcairo.", "libcairo-gobject.", "libgio-", "libgobject-", "libglib-", "libdrm.", "libatomic.", "libX11.",
    ];

    /// <summary>Loads a library, through a private copy where the file itself cannot be loaded on this system.</summary>
    /// <param name="path">The full path of the library.</param>
    /// <returns>Its handle.</returns>
    /// <exception cref="RuntimeException">It cannot be loaded (NativeLibraryLoadFailed, NativeLibraryDamaged).</exception>
    public static nint Load(string path)
    {
        var edits = EditsFor(path, IsLibraryPresent, HasNewestStandardLibrary);
        if (edits.Count == 0)
        {
            return Load(path, path);
        }

        try
        {
            return Load(CachedCopy(path, edits, CacheFolder()), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RuntimeException)
        {
            // The cache folder may be read-only, full, or mounted without the right to execute.
            return LoadThroughTemporaryCopy(path, edits, error);
        }
    }

    /// <summary>What has to be changed in a copy of the library so that it loads here.</summary>
    /// <param name="path">The library.</param>
    /// <param name="isPresent">Whether a library of a name can be loaded.</param>
    /// <param name="hasNewestStandardLibrary">Whether libstdc++ has the newest version that is asked for.</param>
    /// <returns>The edits; none where the library can be loaded as it is.</returns>
    public static IReadOnlyList<ElfEdit> EditsFor(string path, Func<string, bool> isPresent, Func<bool> hasNewestStandardLibrary)
    {
        if (ElfLibrary.Read(path) is not { } library)
        {
            return [];
        }

        var edits = new List<ElfEdit>();
        foreach (var (name, _, _) in library.Needed)
        {
            var isWindowLibrary = WindowLibraryPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));
            if (isWindowLibrary && !isPresent(name) && library.Redirect(name, Substitute) is { } edit)
            {
                edits.Add(edit);
            }
        }

        if (library.MakeVersionWeak(NewestStandardLibraryVersion) is { } weak && !hasNewestStandardLibrary())
        {
            edits.Add(weak);
        }

        return edits;
    }

    /// <summary>
    /// Changes a library of one's own so that it loads on old and new systems alike, with changes that do no harm on any: what it
    /// asks of libstdc++ without using it becomes optional, and it no longer asks for an executable stack.
    /// </summary>
    /// <param name="path">The library, which no process may have loaded. Other files are left alone.</param>
    /// <exception cref="RuntimeException">It is damaged (NativeLibraryDamaged).</exception>
    public static void MakeLoadable(string path)
    {
        if (ElfLibrary.Read(path) is not { } library)
        {
            return;
        }

        var edits = new[] { library.MakeVersionWeak(NewestStandardLibraryVersion), library.ClearExecutableStack() };
        Apply(path, [.. edits.OfType<ElfEdit>()]);
    }

    /// <summary>The private copy of a library with edits applied; made on first need, whole or not at all.</summary>
    /// <param name="path">The library.</param>
    /// <param name="edits">What to change.</param>
    /// <param name="cacheFolder">The folder of the private copies.</param>
    /// <returns>The path of the copy.</returns>
    public static string CachedCopy(string path, IReadOnlyList<ElfEdit> edits, string cacheFolder)
    {
        var folder = Path.Combine(cacheFolder, KeyOf(path, edits));
        var copy = Path.Combine(folder, Path.GetFileName(path));
        if (IsEditedCopy(copy, new FileInfo(path).Length, edits))
        {
            return copy;
        }

        CreatePrivateFolder(folder);
        AtomicFile.WriteThroughPath(copy, temporary => WriteEdited(path, temporary, edits));
        return copy;
    }

    private static nint LoadThroughTemporaryCopy(string path, IReadOnlyList<ElfEdit> edits, Exception first)
    {
        DirectoryInfo? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("sleapnn-");
            var copy = Path.Combine(folder.FullName, Path.GetFileName(path));
            WriteEdited(path, copy, edits);
            return Load(copy, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RuntimeException)
        {
            throw new RuntimeException(
                "NativeLibraryLoadFailed",
                $"The native library '{path}' needs a private copy to load on this system, and neither the cache folder " +
                $"'{CacheFolder()}' nor the temporary folder '{Path.GetTempPath()}' could take it. Make one of them writable " +
                $"and executable, or set XDG_CACHE_HOME to a folder that is. First: {first.Message} Then: {error.Message}",
                path,
                error);
        }
        finally
        {
            // A library that is loaded stays usable after its file is gone.
            folder?.Delete(recursive: true);
        }
    }

    private static nint Load(string path, string original)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw NativeLibraries.LoadFailed(original, error);
        }
    }

    private static void WriteEdited(string source, string target, IReadOnlyList<ElfEdit> edits)
    {
        File.Copy(source, target);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Apply(target, edits);
    }

    private static void Apply(string path, IReadOnlyList<ElfEdit> edits)
    {
        if (edits.Count == 0)
        {
            return;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        foreach (var edit in edits)
        {
            stream.Position = edit.Offset;
            stream.Write(edit.Bytes);
        }
    }

    private static bool IsEditedCopy(string copy, long length, IReadOnlyList<ElfEdit> edits)
    {
        if (!File.Exists(copy) || new FileInfo(copy).Length != length)
        {
            return false;
        }

        using var stream = new FileStream(copy, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        foreach (var edit in edits)
        {
            var bytes = new byte[edit.Bytes.Length];
            stream.Position = edit.Offset;
            stream.ReadExactly(bytes);
            if (!bytes.AsSpan().SequenceEqual(edit.Bytes))
            {
                return false;
            }
        }

        return true;
    }

    // A sample of the content: hashing all 114 MB of OpenCV would cost more than loading it. The first block holds the
    // linker's build identifier, which is itself a hash of the whole file.
    private static string KeyOf(string path, IReadOnlyList<ElfEdit> edits)
    {
        const int blockSize = 4096, blockCount = 256;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        hash.AppendData(BitConverter.GetBytes(stream.Length));
        var block = new byte[blockSize];
        for (var i = 0; i < blockCount; i++)
        {
            stream.Position = stream.Length / blockCount * i;
            var count = stream.ReadAtLeast(block, blockSize, throwOnEndOfStream: false);
            hash.AppendData(block, 0, count);
        }

        foreach (var edit in edits)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"{edit.Offset}:{Convert.ToHexString(edit.Bytes)};"));
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..32].ToLowerInvariant();
    }

    private static string CacheFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
        {
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }

        return Path.Combine(cache, "sleapnn", "native");
    }

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static bool IsLibraryPresent(string name) => NativeLibrary.TryLoad(name, out _);

    private static bool HasNewestStandardLibrary() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var handle) && NativeLibrary.TryGetExport(handle, SymbolOfThatVersion, out _);
}
