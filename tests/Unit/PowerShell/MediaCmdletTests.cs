using System.Management.Automation;

namespace SleapNn.Tests.Module;

public sealed class MediaCmdletTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private DemoDataset Generate(string name = "demo", string parameters = "-Frames 4 -TestFrames 3") =>
        module.RunSingle<DemoDataset>($"New-SleapDemoDataset $path {parameters}", new { path = Path.Combine(folder.FullName, name) });

    [Fact]
    public void A_demo_data_set_has_the_files_that_it_names()
    {
        var demo = Generate(parameters: "-Frames 4 -TestFrames 3 -Animals 2 -Seed 9");

        Assert.Equal((4, 3, 9, 2, 9), (demo.FrameCount, demo.TestFrameCount, demo.VideoFrameCount, demo.AnimalCount, demo.Seed));
        Assert.Equal((192, 256), (demo.HeightPx, demo.WidthPx));
        Assert.All(new[] { demo.TrainPath, demo.TestPath, demo.VideoPath, demo.TruthPath }, path => Assert.True(new FileInfo(path).Length > 1000, path));
        Assert.Equal(5, Directory.GetFiles(demo.Folder).Length);
    }

    [Fact]
    public void Files_that_exist_are_replaced_only_by_force()
    {
        var demo = Generate();
        var before = File.ReadAllBytes(demo.TrainPath);

        var refused = module.Invoke("New-SleapDemoDataset $path -Frames 2 -TestFrames 2", new { path = demo.Folder });
        Assert.Equal("DemoFilesExist", refused.ErrorId);
        Assert.Equal(before, File.ReadAllBytes(demo.TrainPath));

        Generate(parameters: "-Frames 2 -TestFrames 2 -Force");
        Assert.NotEqual(before.Length, File.ReadAllBytes(demo.TrainPath).Length);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        var path = Path.Combine(folder.FullName, "nothing");
        Assert.Empty(module.Run("New-SleapDemoDataset $path -WhatIf", new { path }));
        Assert.False(Directory.Exists(path));
    }

    [Theory]
    [InlineData("-Animals 2 -HeightPx 64 -WidthPx 64", "DemoOptions")]
    [InlineData("-Animals 0", "ParameterArgumentValidationError")]
    [InlineData("-Frames 0", "ParameterArgumentValidationError")]
    public void Senseless_scenes_are_refused(string parameters, string errorId)
    {
        var result = module.Invoke($"New-SleapDemoDataset $path {parameters}", new { path = Path.Combine(folder.FullName, "none") });
        Assert.Equal(errorId, result.ErrorId);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_an_error()
    {
        var path = Path.Combine(folder.FullName, "file");
        File.WriteAllText(path, "");
        Assert.Equal("DemoPathIsFile", module.Invoke("New-SleapDemoDataset $path", new { path }).ErrorId);
    }

    [Fact]
    public void Progress_is_shown()
    {
        var result = module.Invoke("New-SleapDemoDataset $path -Frames 4 -TestFrames 2", new { path = Path.Combine(folder.FullName, "a") });
        Assert.Contains(result.Succeeded().Progress, p => p.PercentComplete == 100);
    }

    [Fact]
    public void Generating_stops_within_two_seconds_and_leaves_no_half_written_file()
    {
        var path = Path.Combine(folder.FullName, "stopped");

        var took = module.Stop("New-SleapDemoDataset $path -Frames 100000", s => s.Progress.Count > 3, new { path });

        Assert.InRange(took.TotalSeconds, 0, 2);
        Assert.Empty(Directory.Exists(path) ? Directory.GetFiles(path) : []);
    }

    [Fact]
    public void Pictures_of_poses_go_to_a_folder_or_on_one_sheet()
    {
        var demo = Generate();
        var output = Path.Combine(folder.FullName, "pictures");

        var files = module.Run("Export-SleapImage $labels $output -Zoom 2 -ShowNodeNames", new { labels = demo.TestPath, output }).Cast<FileInfo>().ToList();
        Assert.Equal(["test_000000.png", "test_000003.png", "test_000006.png"], files.Select(f => f.Name));
        Assert.Equal((320, 256), PngSize(files[0].FullName));

        var sheet = Path.Combine(folder.FullName, "sheet.png");
        Assert.Equal(sheet, module.RunSingle<FileInfo>("Export-SleapImage $labels $sheet -FrameIndex 0, 6 -Columns 2", new { labels = demo.TruthPath, sheet }).FullName);
        Assert.Equal((4 + (2 * 164), 8 + 128 + 18), PngSize(sheet));

        Assert.Equal("MediaFileExists", module.Invoke("Export-SleapImage $labels $sheet", new { labels = demo.TestPath, sheet }).ErrorId);
        Assert.Equal("MediaNoFrames", module.Invoke("Export-SleapImage $labels $sheet -FrameIndex 77 -Force", new { labels = demo.TestPath, sheet }).ErrorId);
        Assert.Equal("MediaVideoIndex", module.Invoke("Export-SleapImage $labels $sheet -VideoIndex 1 -Force", new { labels = demo.TestPath, sheet }).ErrorId);
        Assert.Equal("PathNotFound", module.Invoke("Export-SleapImage nowhere.slp $sheet -Force", new { sheet }).ErrorId);
    }

    [Fact]
    public void A_written_file_is_shown_as_Get_Item_shows_it()
    {
        var demo = Generate(parameters: "-Frames 2 -TestFrames 2");

        var shown = module.Run(
            "$file = Export-SleapImage $labels $output -FrameIndex 0; $file | Format-Table | Out-String; Get-Item $output/* | Format-Table | Out-String",
            new { labels = demo.TestPath, output = Path.Combine(folder.FullName, "pictures") });

        Assert.Contains(".png", (string)shown[0]);
        Assert.Equal(shown[1], shown[0]);
    }

    [Fact]
    public void A_video_of_poses_has_the_frames_that_were_asked_for()
    {
        var demo = Generate(parameters: "-Frames 2 -TestFrames 4 -Animals 2");
        var output = Path.Combine(folder.FullName, "drawn.mp4");

        module.RunSingle<FileInfo>("Export-SleapVideo $labels $output -TrailFrames 5 -FirstFrame 2 -LastFrame 9", new { labels = demo.TruthPath, output });
        Assert.True(new FileInfo(output).Length > 1000);
        Assert.Equal("MediaFileExists", module.Invoke("Export-SleapVideo $labels $output", new { labels = demo.TruthPath, output }).ErrorId);
        Assert.Equal("MediaNoFrames", module.Invoke("Export-SleapVideo $labels $output -Force -FirstFrame 100", new { labels = demo.TruthPath, output }).ErrorId);
        Assert.Equal("MediaVideoFormat", module.Invoke("Export-SleapVideo $labels $output", new { labels = demo.TruthPath, output = output + ".mkv" }).ErrorId);
        Assert.Empty(module.Run("Export-SleapVideo $labels $output -WhatIf", new { labels = demo.TruthPath, output = output + ".avi" }));
        Assert.Single(folder.GetFiles());
    }

    [SharedFact]
    public void Maps_of_a_model_are_drawn_over_frames_with_a_legend()
    {
        var labels = SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp");
        var models = SharedData.PathTo("data", "models");
        var output = Path.Combine(folder.FullName, "maps.png");

        module.RunSingle<FileInfo>("Export-SleapImage $labels $output -Model $models/minimal_instance_bottomup -Overlay Both -Device cpu", new { labels, models, output });
        Assert.True(PngSize(output).Width > 384 + 8 + 40, "the legend has its place beside the frame");
        module.RunSingle<FileInfo>(
            "Export-SleapVideo $labels $output -Model $models/minimal_instance_centered_instance -Node A -Codec Mpeg4", new { labels, models, output = output + ".mp4" });

        Assert.Equal("MediaNoModel", module.Invoke("Export-SleapImage $labels $output -Force -Node A", new { labels, output }).ErrorId);
        Assert.Equal("OverlayUnknownNode", module.Invoke("Export-SleapImage $labels $output -Force -Model $models/minimal_instance_bottomup -Node head", new { labels, models, output }).ErrorId);
    }

    private static (int Width, int Height) PngSize(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }
}
