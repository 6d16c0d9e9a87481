using System.Diagnostics;
using SleapNn.Tests.Runtime;

namespace SleapNn.Tests.Files;

/// <summary>Files are there whole, old or new, whatever else happens to them.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-files-").FullName;

    private string Target => Path.Combine(folder, "a.txt");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_fails_leaves_the_old_file_and_nothing_else()
    {
        AtomicFile.WriteText(Target, "old");
        var error = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal(Target, AtomicFile.TargetOf(new IOException("outer", error)));
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_file_is_replaced_while_it_is_read()
    {
        AtomicFile.WriteText(Target, "old");
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var texts = new HashSet<string>();
            while (!stop.IsCancellationRequested)
            {
                texts.Add(SharedFile.ReadAllText(Target));
                Assert.Single(SharedFile.ReadAllLines(Target));
                Thread.Sleep(5);
            }

            return texts;
        });
        for (var i = 0; i < 50; i++)
        {
            AtomicFile.WriteText(Target, new string('n', 1000));
        }

        await stop.CancelAsync();
        Assert.Subset(new HashSet<string> { "old", new string('n', 1000) }, await reader);
        Assert.Single(Directory.GetFiles(folder));
    }

    [WindowsFact]
    public void A_program_that_looks_into_a_file_for_a_moment_is_waited_for()
    {
        AtomicFile.WriteText(Target, "old");
        var other = new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var later = new Timer(_ => other.Dispose(), null, TimeSpan.FromMilliseconds(300), Timeout.InfiniteTimeSpan);
        AtomicFile.Write(Target, stream => stream.Write("new"u8), TimeSpan.FromSeconds(30));
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [WindowsFact]
    public void A_file_that_another_program_keeps_open_stays_as_it_is_and_is_named()
    {
        AtomicFile.WriteText(Target, "old");
        using (new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            var clock = Stopwatch.StartNew();
            var error = Assert.Throws<FileInUseException>(() => AtomicFile.Write(Target, stream => stream.Write("new"u8), TimeSpan.FromMilliseconds(300)));
            Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(300));
            Assert.Equal((Target, Target), (error.Path, AtomicFile.TargetOf(error)));
            Assert.False(FileRemoval.Try(Target));
            Assert.False(FileRemoval.TryFolder(folder));
        }

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(folder));
        Assert.True(FileRemoval.Try(Target));
    }

    [UnixFact]
    public void A_file_that_is_open_is_replaced()
    {
        AtomicFile.WriteText(Target, "old");
        using var other = new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.Read);
        AtomicFile.WriteText(Target, "new");
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.True(FileRemoval.Try(Target));
    }

    [Fact]
    public void What_is_gone_already_is_removed()
    {
        Assert.True(FileRemoval.Try(Target));
        var other = Directory.CreateDirectory(Path.Combine(folder, "b")).FullName;
        File.WriteAllText(Path.Combine(other, "c"), "");
        Assert.False(FileRemoval.TryEmptyFolder(other));
        Assert.True(File.Exists(Path.Combine(other, "c")));
        Assert.True(FileRemoval.TryFolder(other));
        Assert.True(FileRemoval.TryEmptyFolder(Directory.CreateDirectory(other).FullName));
        Assert.False(Directory.Exists(other));
    }
}
