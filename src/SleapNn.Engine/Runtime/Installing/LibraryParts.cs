using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SleapNn.Runtime.Installing;

/// <summary>A native library as it lies in packages: in one piece, or in several that have to be put one after the other.</summary>
internal sealed partial class LibraryParts
{
    private readonly List<(PackageFile Package, ZipArchiveEntry Entry)> pieces;
    private readonly string? sha256;

    private LibraryParts(string name, List<(PackageFile Package, ZipArchiveEntry Entry)> pieces, string? sha256)
    {
        Name = name;
        this.pieces = pieces;
        this.sha256 = sha256;
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length => pieces.Sum(piece => piece.Entry.Length);

    /// <summary>Finds the native libraries for a system in packages.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="rid">The system.</param>
    /// <returns>The libraries by their file names.</returns>
    /// <exception cref="RuntimeException">Two packages hold different files of a name, or a piece is missing (RuntimePackageDamaged, RuntimePackageIncomplete).</exception>
    public static Dictionary<string, LibraryParts> Of(IReadOnlyList<PackageFile> packages, string rid)
    {
        var whole = new Dictionary<string, (PackageFile Package, ZipArchiveEntry Entry)>(StringComparer.Ordinal);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            foreach (var entry in package.Files($"runtimes/{rid}/native").Where(entry => RuntimePackages.IsOfUse(entry.Name)))
            {
                if (entry.Name.EndsWith(".sha", StringComparison.Ordinal))
                {
                    hashes[entry.Name[..^4]] = PackageFile.ReadText(entry).Trim();
                }
                else if (!whole.TryAdd(entry.Name, (package, entry)) && whole[entry.Name].Entry.Crc32 != entry.Crc32)
                {
                    throw PackageFile.Damaged(package.Path, $"it and '{whole[entry.Name].Package.Path}' hold different files {entry.Name}");
                }
            }
        }

        var fragments = Fragments(packages, rid);
        if (fragments.Keys.FirstOrDefault(name => !whole.ContainsKey(name)) is { } orphan)
        {
            throw Incomplete(orphan, "its first piece is in none of the packages");
        }

        return whole.ToDictionary(
            item => item.Key,
            item => new LibraryParts(
                item.Key,
                [item.Value, .. fragments.TryGetValue(item.Key, out var rest) ? InOrder(item.Key, rest) : []],
                hashes.GetValueOrDefault(item.Key) ?? (fragments.ContainsKey(item.Key) ? throw Incomplete(item.Key, "it comes in pieces, but without its SHA-256") : null)));
    }

    /// <summary>Writes the library.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBytes">Told how many more bytes are written.</param>
    /// <param name="token">Stops.</param>
    /// <exception cref="RuntimeException">Its checksum is another (RuntimePackageDamaged).</exception>
    public void Write(string path, Action<int> onBytes, CancellationToken token)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        foreach (var (package, entry) in pieces)
        {
            package.Extract(entry, stream, onBytes, token);
        }

        stream.Flush(flushToDisk: true);
        if (sha256 is null)
        {
            return;
        }

        stream.Position = 0;
        var hash = Convert.ToHexString(SHA256.HashData(stream));
        if (!hash.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw PackageFile.Damaged(pieces[0].Package.Path, $"its library {Name}, put together of {pieces.Count} pieces, has the SHA-256 {hash.ToLowerInvariant()}, not {sha256}");
        }
    }

    private static Dictionary<string, SortedDictionary<int, (PackageFile Package, ZipArchiveEntry Entry)>> Fragments(IReadOnlyList<PackageFile> packages, string rid)
    {
        var found = new Dictionary<string, SortedDictionary<int, (PackageFile, ZipArchiveEntry)>>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            foreach (var entry in package.Files($"fragments/{rid}/native"))
            {
                if (FragmentName().Match(entry.Name) is not { Success: true } match || !RuntimePackages.IsOfUse(match.Groups[1].Value))
                {
                    continue;
                }

                var name = match.Groups[1].Value;
                if (!found.TryGetValue(name, out var pieces))
                {
                    found[name] = pieces = [];
                }

                pieces[int.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)] = (package, entry);
            }
        }

        return found;
    }

    private static IEnumerable<(PackageFile Package, ZipArchiveEntry Entry)> InOrder(
        string name, SortedDictionary<int, (PackageFile Package, ZipArchiveEntry Entry)> pieces) =>
        pieces.Keys.SequenceEqual(Enumerable.Range(1, pieces.Count))
            ? pieces.Values
            : throw Incomplete(name, $"of its pieces there are only {string.Join(", ", pieces.Keys)}");

    private static RuntimeException Incomplete(string name, string why) => new(
        "RuntimePackageIncomplete",
        $"The library {name} cannot be put together: {why}. Name another source with -Source.",
        name);

    [GeneratedRegex(@"^(.+)\.fragment([0-9]{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex FragmentName();
}
