using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;
using ICSharpCode.SharpZipLib.Checksum;

namespace SleapNn.Runtime.Installing;

/// <summary>
/// A package as it lies on the disk: a ZIP archive with a description. Native libraries are in
/// <c>runtimes/&lt;rid&gt;/native</c>; a library that is too large for one package goes on in
/// <c>fragments/&lt;rid&gt;/native/NAME.fragment1</c> and so on of others, and <c>NAME.sha</c> tells the SHA-256 of the whole.
/// </summary>
internal sealed class PackageFile : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly FileStream stream;
    private readonly ZipArchive archive;

    private PackageFile(string path, FileStream stream, ZipArchive archive)
    {
        Path = path;
        this.stream = stream;
        this.archive = archive;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The package that it says it is.</summary>
    public PackageIdentity Identity { get; private set; } = new("", "");

    /// <summary>The packages that it depends on, each with the lowest version that will do.</summary>
    public IReadOnlyList<PackageIdentity> Dependencies { get; private set; } = [];

    /// <summary>Opens a package and reads its description.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The package.</returns>
    /// <exception cref="RuntimeException">It is no package, or damaged (RuntimePackageDamaged).</exception>
    public static PackageFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var package = new PackageFile(path, stream, new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
            package.ReadDescription();
            return package;
        }
        catch (Exception e)
        {
            stream.Dispose();
            if (e is InvalidDataException or XmlException or EndOfStreamException)
            {
                throw Damaged(path, e.Message, e);
            }

            throw;
        }
    }

    /// <summary>The files in a folder of the package, such as <c>runtimes/linux-x64/native</c>, by name.</summary>
    /// <param name="folder">The folder, with slashes.</param>
    public IEnumerable<ZipArchiveEntry> Files(string folder) =>
        archive.Entries.Where(entry => entry.Name.Length > 0 && entry.FullName.Replace('\\', '/').StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes the content of a file of the package to a stream, and sees to it that it is as the archive says.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="onBytes">Told how many more bytes are written.</param>
    /// <param name="token">Stops.</param>
    /// <exception cref="RuntimeException">Its length or its checksum is another (RuntimePackageDamaged).</exception>
    public void Extract(ZipArchiveEntry entry, Stream target, Action<int> onBytes, CancellationToken token)
    {
        try
        {
            var crc = new Crc32();
            var buffer = new byte[BufferSize];
            long length = 0;
            using var source = entry.Open();
            for (var read = source.Read(buffer); read > 0; read = source.Read(buffer))
            {
                token.ThrowIfCancellationRequested();
                crc.Update(new ArraySegment<byte>(buffer, 0, read));
                target.Write(buffer, 0, read);
                length += read;
                onBytes(read);
            }

            if (length != entry.Length || (uint)crc.Value != entry.Crc32)
            {
                throw Damaged(Path, $"its file {entry.FullName} has another checksum than it should");
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(Path, $"its file {entry.FullName} cannot be unpacked", e);
        }
    }

    /// <summary>The text of a small file of the package.</summary>
    /// <param name="entry">The file.</param>
    public static string ReadText(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        var buffer = new char[4096];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        archive.Dispose();
        stream.Dispose();
    }

    /// <summary>The error for a package that is not what it should be.</summary>
    internal static RuntimeException Damaged(string path, string why, Exception? inner = null) => new(
        "RuntimePackageDamaged",
        $"The package '{path}' is damaged: {why.TrimEnd('.')}. Where it was downloaded, run the same command again: it is fetched anew. In a folder of your own, replace it.",
        path,
        inner);

    private void ReadDescription()
    {
        var entry = archive.Entries.FirstOrDefault(e => !e.FullName.Contains('/') && e.Name.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException("it has no description (.nuspec)");
        using var content = entry.Open();
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 10_000_000 };
        using var reader = XmlReader.Create(content, settings);
        var all = XDocument.Load(reader).Descendants().ToList();
        Identity = new PackageIdentity(Text(all, "id"), Text(all, "version"));
        Dependencies =
        [
            .. all.Where(e => e.Name.LocalName == "dependency")
                .Select(e => new PackageIdentity((string?)e.Attribute("id") ?? "", LowestVersion((string?)e.Attribute("version") ?? "")))
                .Distinct(),
        ];
    }

    private static string Text(List<XElement> all, string name) =>
        all.FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? throw new InvalidDataException($"its description has no {name}");

    // "1.2.3", "[1.2.3]" and "[1.2.3, )" all mean 1.2.3 at least.
    private static string LowestVersion(string range) => range.Trim('[', ']', '(', ')', ' ').Split(',')[0].Trim();
}
