using CsCheck;
using SleapNn.Runtime;

namespace SleapNn.Tests.Runtime;

public sealed class ElfLibraryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private static string Native(string name)
    {
        return NativeLibraries.SearchFolders().Select(f => Path.Combine(f, name)).First(File.Exists);
    }

    [LinuxFact]
    public void LibTorchSharp_needs_one_edit_where_the_standard_library_is_old_and_none_where_it_is_new()
    {
        var path = Native("libLibTorchSharp.so");

        Assert.Empty(LinuxLoader.EditsFor(path, _ => true, () => true));
        var edit = Assert.Single(LinuxLoader.EditsFor(path, _ => true, () => false));
        var copy = LinuxLoader.CachedCopy(path, [edit], folder.FullName);

        Assert.False(ElfLibrary.Read(path)!.VersionNeeds.Single(v => v.Version == "GLIBCXX_3.4.32").Weak);
        Assert.True(ElfLibrary.Read(copy)!.VersionNeeds.Single(v => v.Version == "GLIBCXX_3.4.32").Weak);
        Assert.All(ElfLibrary.Read(copy)!.VersionNeeds.Where(v => v.Version != "GLIBCXX_3.4.32"), v => Assert.False(v.Weak));
        Assert.Equal(1, CountDifferences(File.ReadAllBytes(path), File.ReadAllBytes(copy)));
    }

    [LinuxFact]
    public void A_library_of_one_s_own_is_made_loadable_on_old_and_new_systems()
    {
        var path = Path.Combine(folder.FullName, "libLibTorchSharp.so");
        File.Copy(Native("libLibTorchSharp.so"), path);
        var original = File.ReadAllBytes(path);
        Assert.Null(ElfLibrary.Read(path)!.ClearExecutableStack());

        // The flags of its PT_GNU_STACK segment, which stand four bytes after the segment's type, are made executable.
        var type = original.AsSpan(0, 4096).IndexOf<byte>([0x51, 0xe5, 0x74, 0x64]);
        original[type + 4] |= 1;
        File.WriteAllBytes(path, original);
        Assert.NotNull(ElfLibrary.Read(path)!.ClearExecutableStack());

        LinuxLoader.MakeLoadable(path);

        Assert.Null(ElfLibrary.Read(path)!.ClearExecutableStack());
        Assert.Empty(LinuxLoader.EditsFor(path, _ => true, () => false));
        Assert.Equal(2, CountDifferences(original, File.ReadAllBytes(path)));
        LinuxLoader.MakeLoadable(path);
        Assert.Equal(2, CountDifferences(original, File.ReadAllBytes(path)));
    }

    [LinuxFact]
    public void Only_window_libraries_that_are_absent_are_redirected()
    {
        var path = Native("libOpenCvSharpExtern.so");
        var original = ElfLibrary.Read(path)!.Needed.Select(n => n.Name).ToList();

        Assert.Empty(LinuxLoader.EditsFor(path, _ => true, () => true));
        var edits = LinuxLoader.EditsFor(path, name => name != "libgtk-3.so.0" && name != "libX11.so.6", () => true);
        var copy = LinuxLoader.CachedCopy(path, edits, folder.FullName);

        Assert.Equal(2, edits.Count);
        var expected = original.Select(n => n is "libgtk-3.so.0" or "libX11.so.6" ? "libm.so.6" : n);
        Assert.Equal(expected, ElfLibrary.Read(copy)!.Needed.Select(n => n.Name));
        var all = LinuxLoader.CachedCopy(path, LinuxLoader.EditsFor(path, _ => false, () => true), folder.FullName);
        Assert.Contains("libstdc++.so.6", ElfLibrary.Read(all)!.Needed.Select(n => n.Name));
        Assert.DoesNotContain("libgtk-3.so.0", ElfLibrary.Read(all)!.Needed.Select(n => n.Name));
    }

    [LinuxFact]
    public void A_cached_copy_is_used_again_and_a_damaged_one_made_again()
    {
        var path = Native("libLibTorchSharp.so");
        var edits = LinuxLoader.EditsFor(path, _ => true, () => false);

        var copy = LinuxLoader.CachedCopy(path, edits, folder.FullName);
        var written = File.GetLastWriteTimeUtc(copy);
        Assert.Equal(copy, LinuxLoader.CachedCopy(path, edits, folder.FullName));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));

        using (var stream = new FileStream(copy, FileMode.Open))
        {
            stream.SetLength(1000);
        }

        LinuxLoader.CachedCopy(path, edits, folder.FullName);
        Assert.Equal(new FileInfo(path).Length, new FileInfo(copy).Length);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
    }

    [LinuxFact]
    public void A_truncated_library_is_an_error_that_names_it()
    {
        var bytes = File.ReadAllBytes(Native("libLibTorchSharp.so"));
        var path = Path.Combine(folder.FullName, "libCut.so");
        foreach (var length in new[] { 64, 100, 5000, bytes.Length / 2, bytes.Length - 500_000 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            try
            {
                ElfLibrary.Read(path);
            }
            catch (RuntimeException error)
            {
                Assert.Equal(("NativeLibraryDamaged", true), (error.ErrorId, error.Message.Contains(path, StringComparison.Ordinal)));
                continue;
            }

            Assert.Fail($"A library cut to {length} bytes was taken for a whole one.");
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F' })]
    public void A_file_that_is_no_library_is_left_alone(byte[] content)
    {
        var path = Path.Combine(folder.FullName, "foreign.so");
        File.WriteAllBytes(path, content);
        Assert.Null(ElfLibrary.Read(path));
        File.WriteAllText(path, new string('x', 500));
        Assert.Null(ElfLibrary.Read(path));
        Assert.Empty(LinuxLoader.EditsFor(path, _ => false, () => false));
    }

    [LinuxFact]
    public void A_library_with_any_bytes_changed_is_read_or_refused_but_never_hangs()
    {
        var bytes = File.ReadAllBytes(Native("libc10.so"));
        var path = Path.Combine(folder.FullName, "libChanged.so");
        var header = Gen.Int[0, 1200];
        Gen.Select(Gen.Select(header, Gen.Byte).Array[1, 12], Gen.Bool).Sample((changes, _) =>
        {
            var changed = (byte[])bytes.Clone();
            foreach (var (at, value) in changes)
            {
                changed[at] = value;
            }

            File.WriteAllBytes(path, changed);
            try
            {
                ElfLibrary.Read(path);
            }
            catch (RuntimeException error)
            {
                Assert.Equal("NativeLibraryDamaged", error.ErrorId);
            }
        }, iter: 60, threads: 1);
    }

    private static int CountDifferences(byte[] a, byte[] b) => a.Length == b.Length ? a.Zip(b).Count(p => p.First != p.Second) : -1;
}
