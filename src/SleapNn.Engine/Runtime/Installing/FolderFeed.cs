namespace SleapNn.Runtime.Installing;

/// <summary>
/// A folder with packages: as files, as <c>nuget add</c> lays them out, or NuGet's own cache of packages. A file
/// <c>NAME.nupkg.sha512</c> beside a package tells its hash.
/// </summary>
internal sealed class FolderFeed : PackageFeed
{
    private static readonly EnumerationOptions AnyCase = new() { MatchCasing = MatchCasing.CaseInsensitive };

    /// <inheritdoc/>
    public override PackageLocation? Find(PackageIdentity package, CancellationToken token)
    {
        RequireFolder();
        string[] folders = [Path.Combine(Address, package.LowerId, package.LowerVersion), Address, Path.Combine(Address, package.LowerId)];
        var file = folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, package.FileName, AnyCase)).FirstOrDefault();
        return file is null ? null : new PackageLocation(new Uri(file), HashBeside(file));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Versions(string id, CancellationToken token)
    {
        RequireFolder();
        var prefix = id + ".";
        var own = Path.Combine(Address, id.ToLowerInvariant());
        IEnumerable<string> flat = [.. Directory.EnumerateFiles(Address, $"{id}.*.nupkg", AnyCase), .. Directory.Exists(own) ? Directory.EnumerateFiles(own, $"{id}.*.nupkg", AnyCase) : []];
        var nested = Directory.Exists(own) ? Directory.EnumerateDirectories(own).Select(path => Path.GetFileName(path)) : [];
        return
        [
            .. flat.Select(path => Path.GetFileNameWithoutExtension(path)[prefix.Length..]).Concat(nested)
                .Where(version => version.Length > 0 && char.IsAsciiDigit(version[0]))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    private static string? HashBeside(string file) => File.Exists(file + ".sha512") ? File.ReadAllText(file + ".sha512").Trim() : null;

    private void RequireFolder()
    {
        if (!Directory.Exists(Address))
        {
            throw new RuntimeException("RuntimeSourceNotFound", $"The folder of packages '{Address}' is not there.", Address);
        }
    }
}
