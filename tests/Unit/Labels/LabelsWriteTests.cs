using System.Diagnostics;
using System.Text.RegularExpressions;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public sealed partial class LabelsWriteTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-labels-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedTheory]
    [MemberData(nameof(LabelsReadTests.Files), MemberType = typeof(LabelsReadTests))]
    public void What_is_read_and_written_again_is_equal(string file)
    {
        var original = LabelsFile.Load(SharedData.PathTo(file));
        var path = Path.Combine(folder, "again.slp");

        LabelsFile.Save(original, path);
        var again = LabelsFile.Load(path);

        Assert.Equal(1.4, again.FormatId);
        foreach (var video in again.Videos.Where(video => video.IsEmbedded))
        {
            Assert.Equal(path, video.FileName);
            video.FileName = original.FileName!;
        }

        LabelsComparison.AssertEqual(original, again);
        Assert.Equal(original.Metadata.ToJsonString(), again.Metadata.ToJsonString());
    }

    [HdfToolFact]
    public void The_structure_is_the_one_that_sleap_io_writes()
    {
        foreach (var model in new[] { "minimal_instance_bottomup", "minimal_instance_multiclass_bottomup", "single_instance_with_metrics" })
        {
            var original = SharedData.PathTo("data", "models", model, "labels_train_gt_0.slp");
            var path = Path.Combine(folder, model + ".slp");
            LabelsFile.Save(LabelsFile.Load(original), path);

            Assert.Equal(Structure(original), Structure(path));
        }
    }

    [HdfToolFact]
    public void An_embedded_video_keeps_its_structure_and_its_bytes()
    {
        var original = SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp");
        var path = Path.Combine(folder, "again.pkg.slp");
        LabelsFile.Save(LabelsFile.Load(original), path);

        // The one addition: files of format 1.4 say whether red and blue are swapped; older ones always had them so.
        Assert.Equal(Structure(original, "-g", "/video0"), ChannelOrder().Replace(Structure(path, "-g", "/video0"), ""));
        Assert.Contains("\"BGR\"", Dump(path, "-a", "/video0/video/channel_order"));
        foreach (var dataset in new[] { "/video0/video", "/video0/frame_numbers" })
        {
            Assert.Equal(Dump(original, "-d", dataset), ChannelOrder().Replace(Dump(path, "-d", dataset), ""));
        }
    }

    // Sizes of texts and places in the file may differ; so may when space is filled, which depends on the library's version.
    private static string Structure(string path, params string[] arguments)
    {
        var text = Dump(path, ["-H", "-p", .. arguments]);
        return Variable().Replace(text, "");
    }

    private static string Dump(string path, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("h5dump", [.. arguments, path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error.Result);
        return text.Replace(path, "");
    }

    [GeneratedRegex(@"ATTRIBUTE ""channel_order"" \{[^{}]*(\{[^{}]*\}[^{}]*)*\}\s*")]
    private static partial Regex ChannelOrder();

    [GeneratedRegex(@"STRSIZE \d+;|OFFSET \d+|(?<=CHUNKED \( 1 \)\s+)SIZE \d+|FILL_TIME \w+")]
    private static partial Regex Variable();
}

/// <summary>A test that needs the reference data and the h5dump tool; skipped, saying so, where one is absent.</summary>
internal sealed class HdfToolFactAttribute : FactAttribute
{
    public HdfToolFactAttribute()
    {
        Skip = SharedData.Root is null ? SharedData.Absent
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "h5dump"))) ? null
            : "h5dump (package hdf5-tools) is not installed.";
    }
}
