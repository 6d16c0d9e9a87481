using System.Diagnostics;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public sealed class LabelsHostileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-hostile-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        Assert.Equal("LabelsFileNotFound", Assert.Throws<LabelsException>(() => LabelsFile.Load(Path.Combine(folder, "no.slp"))).ErrorId);
        var error = Assert.Throws<LabelsException>(() => LabelsFile.Load(folder));
        Assert.Contains("folder", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("This is no labels file, but a text that is somewhat longer than the start of an HDF5 file, so that it is read at all.")]
    [InlineData("\u0089HDF\r\n\u001a\n and then nothing that makes sense, nothing at all, however long it goes on and on and on, as here.")]
    public void A_foreign_file_is_refused(string content)
    {
        var path = Path.Combine(folder, "foreign.slp");
        File.WriteAllBytes(path, [.. content.Select(c => (byte)c)]);

        Assert.Equal("LabelsUnreadable", Assert.Throws<LabelsException>(() => LabelsFile.Load(path)).ErrorId);
    }

    [Fact]
    public void An_HDF5_file_without_labels_is_refused()
    {
        var path = Path.Combine(folder, "other.slp");
        AtomicFile.Write(path, stream => new SleapNn.Hdf5.Hdf5File(stream).Finish());

        var error = Assert.Throws<LabelsException>(() => LabelsFile.Load(path));
        Assert.Contains("no labels in it", error.Message);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_or_whole()
    {
        var bytes = File.ReadAllBytes(Sample());
        for (var i = 0; i < 80; i++)
        {
            Check([.. bytes.Take(bytes.Length * i / 80)]);
        }

        for (var cut = 1; cut < 30; cut++)
        {
            Check([.. bytes.Take(bytes.Length - cut)]);
        }
    }

    [Fact]
    public void Damaged_bytes_give_one_kind_of_error_or_labels()
    {
        var bytes = File.ReadAllBytes(Sample());
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var k = 0; k <= i % 3; k++)
            {
                var at = random.Next(damaged.Length);
                damaged[at] = (i % 4) switch
                {
                    0 => 0xFF,
                    1 => 0,
                    2 => (byte)random.Next(256),
                    _ => (byte)(damaged[at] ^ (1 << random.Next(8))),
                };
            }

            refused += Check(damaged) ? 0 : 1;
        }

        Assert.InRange(refused, 50, 299);
    }

    [SharedFact]
    public void Damaged_samples_give_one_kind_of_error_or_labels()
    {
        foreach (var file in new[] { "datasets/minimal_instance.pkg.slp", "datasets/small_robot_minimal.slp", "models/minimal_instance_multiclass_bottomup/labels_train_gt_0.slp" })
        {
            var bytes = File.ReadAllBytes(SharedData.PathTo("data", file));
            var random = new Random(11);
            for (var i = 0; i < 50; i++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[random.Next(i % 2 == 0 ? damaged.Length : Math.Min(damaged.Length, 8192))] = (byte)random.Next(256);
                Check(damaged);
                Check([.. bytes.Take(random.Next(bytes.Length))]);
            }
        }
    }

    [Fact]
    public void A_group_that_contains_itself_ends()
    {
        // The child of the root's tree of names becomes the tree itself.
        var bytes = File.ReadAllBytes(Sample());
        var root = BitConverter.ToInt64(bytes, 96 - 16);
        BitConverter.GetBytes(root).CopyTo(bytes, root + 32);
        bytes[root + 5] = 1;

        Assert.False(Check(bytes));
    }

    private string Sample()
    {
        var path = Path.Combine(folder, "sample.slp");
        LabelsFile.Save(LabelsSamples.Rich(), path);
        return path;
    }

    // True where the file was read.
    private bool Check(byte[] content)
    {
        var path = Path.Combine(folder, "damaged.slp");
        File.WriteAllBytes(path, content);
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            LabelsFile.Load(path);
            return true;
        }
        catch (LabelsException error)
        {
            Assert.Equal("LabelsUnreadable", error.ErrorId);
            Assert.Contains(path, error.Message);
            return false;
        }
        finally
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "It took too long.");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1L << 30, "It took too much memory.");
        }
    }
}
