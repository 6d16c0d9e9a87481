using System.Diagnostics;
using SleapNn.Tests.Host;

namespace SleapNn.Tests.Module;

public sealed class InvokeSleapPredictionTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-predict-").FullName;

    private static string Model(string name) => SharedData.PathTo("data", "models", $"minimal_instance_{name}");

    private static string Video => SharedData.PathTo("data", "datasets", "centered_pair_small.mp4");

    private static string Package => SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp");

    private string Output => Path.Combine(folder, "out.slp");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedFact]
    public void A_video_becomes_a_file_which_is_returned_and_the_labels_with_PassThru()
    {
        var variables = new { video = Video, model = Model("single_instance"), output = Output };
        var file = module.RunSingle<FileInfo>("Invoke-SleapPrediction $video -Model $model -FrameRange 0-4 -OutputPath $output", variables);
        Assert.Equal(Output, file.FullName);
        var read = module.RunSingle<SleapLabels>("Import-SleapLabels $output", variables);
        Assert.Equal([0, 1, 2, 3, 4], read.Frames.Select(frame => frame.FrameIndex));

        Assert.Equal("OutputExists", module.Invoke("Invoke-SleapPrediction $video -Model $model -OutputPath $output", variables).ErrorId);
        Assert.Empty(module.Run("Invoke-SleapPrediction $video -Model $model -OutputPath $output -Force -WhatIf", variables));
        var labels = module.RunSingle<SleapLabels>("Invoke-SleapPrediction $video -Model $model -FrameRange 3-4 -OutputPath $output -Force -PassThru", variables);
        Assert.Equal(2, labels.Frames.Count);
        Assert.Equal(Output, labels.FileName);
    }

    [SharedFact]
    public void The_written_file_goes_on_down_the_pipeline()
    {
        var variables = new { video = Video, model = Model("bottomup"), output = Output };
        var labels = module.RunSingle<SleapLabels>("Invoke-SleapPrediction $video -Model $model -FrameRange 0-1 -OutputPath $output | Invoke-SleapTracking", variables);
        Assert.Equal(2, labels.Frames.Count);
    }

    [SharedFact]
    public void Tracking_takes_the_options_of_the_tracker()
    {
        var labels = module.RunSingle<SleapLabels>(
            "Invoke-SleapPrediction $video -Model $model -FrameRange 0-3 -Tracking -MaxTracks 2 -Feature Boxes", new { video = Video, model = Model("bottomup") });
        Assert.Equal(["track_0", "track_1"], labels.Tracks.Select(track => track.Name));
        Assert.Equal("boxes", (string)labels.Provenance["tracking_config"]!["feature"]!);
    }

    [Fact]
    public void The_options_of_the_tracker_are_there_with_Tracking_only()
    {
        var parameters = module.Run("(Get-Command Invoke-SleapPrediction -ArgumentList '-Tracking').Parameters.Keys").Cast<string>();
        Assert.Empty(typeof(Tracking.TrackingOptions).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Except(parameters));
        Assert.Contains("MaxTracks", module.Run(
            "$line = 'Invoke-SleapPrediction ./a.mp4 -Model ./m -Tracking -MaxT'; [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.ListItemText").Cast<string>());
        Assert.StartsWith("NamedParameterNotFound", module.Invoke("Invoke-SleapPrediction ./a.mp4 -Model ./m -MaxTracks 2").ErrorId);
    }

    [Theory]
    [InlineData("./a.mp4 -Tracking -Score Iou", "TrackingOptionConflict")]
    [InlineData("./a.mp4 -Resume", "ResumeNeedsOutput")]
    [InlineData("./a.mp4 -IntegralPatchSize 4", "PatchSizeInvalid")]
    [InlineData("./a.mp4 -InputScale 0", "PredictionOptionOutOfRange")]
    [InlineData("./a.mp4 -MinMeanNodeScore -1", "PredictionOptionOutOfRange")]
    public void Options_that_make_no_sense_end_it_before_anything_is_read(string arguments, string errorId) =>
        Assert.Equal(errorId, module.Invoke($"Invoke-SleapPrediction {arguments} -Model ./nothing").ErrorId);

    [SharedFact]
    public void Filters_drop_animals_and_keep_frames()
    {
        var variables = new { video = Video, model = Model("bottomup") };
        var result = module.Invoke("Invoke-SleapPrediction $video -Model $model -FrameRange 0-1 -MinInstanceScore 99", variables).Succeeded();
        var labels = (SleapLabels)result.Output[0].BaseObject;
        Assert.Equal(2, labels.Frames.Count);
        Assert.All(labels.Frames, frame => Assert.Empty(frame.Instances));
        Assert.Contains("filters", Assert.Single(result.Warnings));
        Assert.Equal(0.8, (double)module.RunSingle<SleapLabels>("Invoke-SleapPrediction $video -Model $model -FrameRange 0 -OverlapMethod Oks", variables)
            .Provenance["inference_config"]!["filter_overlapping_threshold"]!);
    }

    [SharedFact]
    public void Sources_come_down_the_pipeline()
    {
        var variables = new { video = Video, package = Package, model = Model("bottomup"), crops = Model("centered_instance") };
        Assert.Single(module.RunSingle<SleapLabels>("Get-Item $video | Invoke-SleapPrediction -Model $model -FrameRange 7", variables).Frames);
        Assert.Single(module.RunSingle<SleapLabels>("$video | Invoke-SleapPrediction -Model $model -FrameRange 7", variables).Frames);
        var labelled = module.RunSingle<SleapLabels>("Import-SleapLabels $package | Invoke-SleapPrediction -Model $crops -Frames Labeled", variables);
        Assert.Equal([1.0, 1], labelled.Frames.Single().Instances.Select(instance => instance.Score));
        Assert.Single(module.RunSingle<SleapLabels>("(Import-SleapLabels $package).Videos | Invoke-SleapPrediction -Model $model", variables).Frames);
        Assert.Equal("InputUnknown", module.Invoke("5 | Invoke-SleapPrediction -Model $model", variables).ErrorId);

        // And models do where the source is named.
        Assert.Single(module.RunSingle<SleapLabels>("Get-Item $model | Invoke-SleapPrediction $video -FrameRange 7", variables).Frames);
    }

    [SharedFact]
    public void Images_and_frames_are_one_sequence()
    {
        var variables = new { video = Video, model = Model("bottomup"), folder, package = Package };
        module.Invoke("Import-SleapLabels $package | Export-SleapImage -OutputPath $folder/a -FrameIndex 0; 0..2 | ForEach-Object { Copy-Item (Get-ChildItem $folder/a/*.png)[0].FullName $folder/image$_.png }", variables).Succeeded();
        foreach (var script in new[]
        {
            "Invoke-SleapPrediction $folder/image*.png -Model $model",
            "Get-ChildItem $folder/image*.png | Invoke-SleapPrediction -Model $model",
            "Invoke-SleapPrediction -LiteralPath $folder/image0.png, $folder/image2.png, $folder/image1.png -Model $model",
        })
        {
            var labels = module.RunSingle<SleapLabels>(script, variables);
            Assert.Equal([0, 1, 2], labels.Frames.Select(frame => frame.FrameIndex));
            Assert.Equal(3, labels.Videos.Single().ImageFileNames.Count);
        }

        var frames = module.RunSingle<SleapLabels>(
            "1..5 | ForEach-Object { [pscustomobject]@{ Pixels = [byte[]]::new(384 * 384); HeightPx = 384; WidthPx = 384; Index = 10 * $_ } } | Invoke-SleapPrediction -Model $model -WarningAction SilentlyContinue", variables);
        Assert.Equal([10, 20, 30, 40, 50], frames.Frames.Select(frame => frame.FrameIndex));
        Assert.Equal("FrameShape", module.Invoke("[pscustomobject]@{ Pixels = [byte[]]::new(7); HeightPx = 2; WidthPx = 3 } | Invoke-SleapPrediction -Model $model", variables).ErrorId);
    }

    [SharedFact]
    public void Outputs_follow_the_extension_and_a_folder_takes_several()
    {
        var variables = new { video = Video, model = Model("bottomup"), csv = Path.Combine(folder, "a.csv"), analysis = Path.Combine(folder, "a.analysis.h5"), folder, package = Package };
        module.Invoke("Invoke-SleapPrediction $video -Model $model -FrameRange 0-1 -OutputPath $csv", variables).Succeeded();
        Assert.Equal(1 + 4, File.ReadAllLines(variables.csv).Length);
        module.Invoke("Invoke-SleapPrediction $video -Model $model -FrameRange 0-1 -Tracking -OutputPath $analysis", variables).Succeeded();
        Assert.Equal([0x89, (byte)'H', (byte)'D', (byte)'F'], File.ReadAllBytes(variables.analysis)[..4]);

        module.Invoke("Invoke-SleapPrediction $video, $package -Model $model -FrameRange 0 -OutputPath $folder", variables).Succeeded();
        Assert.True(File.Exists(Path.Combine(folder, "centered_pair_small.predictions.slp")));
        Assert.True(File.Exists(Path.Combine(folder, "minimal_instance.pkg.predictions.slp")));
        Assert.Equal("OutputForSeveral", module.Invoke("Invoke-SleapPrediction $video, $package -Model $model -OutputPath $csv -Force", variables).ErrorId);
    }

    [SharedFact]
    public void Ctrl_C_stops_in_two_seconds_and_keeps_what_there_was()
    {
        var variables = new { video = Video, model = Model("single_instance"), output = Output };
        var took = module.Stop(
            "Invoke-SleapPrediction $video -Model $model -OutputPath $output",
            streams => streams.Progress.Any(record => record.StatusDescription.Contains(" fps")),
            variables);
        Assert.InRange(took.TotalSeconds, 0, 2);
        Assert.Equal("PredictionUnfinished", module.Invoke("Invoke-SleapPrediction $video -Model $model -OutputPath $output", variables).ErrorId);
    }

    [SharedFact]
    public void A_killed_run_is_continued()
    {
        var journal = Output + ".journal";
        var script = $"Import-Module '{ModuleFixture.ModuleFolder}'; Invoke-SleapPrediction '{Video}' -Model '{Model("single_instance")}' -FrameRange 0-399 -OutputPath '{Output}'";
        using (var process = HostProcess.Start("-Command", script))
        {
            var limit = Stopwatch.StartNew();
            var header = long.MaxValue;
            while (!File.Exists(journal) || new FileInfo(journal).Length <= header)
            {
                header = File.Exists(journal) && header == long.MaxValue && new FileInfo(journal).Length > 8 ? new FileInfo(journal).Length : header;
                Assert.False(process.HasExited, "The run ended before it could be killed.");
                Assert.InRange(limit.Elapsed.TotalSeconds, 0, 120);
                Thread.Sleep(20);
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Assert.False(File.Exists(Output));
        var variables = new { video = Video, model = Model("single_instance"), output = Output };
        Assert.Equal("ResumeMismatch", module.Invoke("Invoke-SleapPrediction $video -Model $model -FrameRange 0-399 -OutputPath $output -Resume -PeakThreshold 0.5", variables).ErrorId);
        var result = module.Invoke("Invoke-SleapPrediction $video -Model $model -FrameRange 0-399 -OutputPath $output -Resume -PassThru -Verbose", variables).Succeeded();
        var labels = (SleapLabels)result.Output[0].BaseObject;
        Assert.Equal(Enumerable.Range(0, 400), labels.Frames.Select(frame => frame.FrameIndex));
        Assert.Contains(result.Verbose, line => line.Contains("from the run that was stopped", StringComparison.Ordinal));
        Assert.False(File.Exists(journal));
    }
}
