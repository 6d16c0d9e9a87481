using SleapNn.Inference;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Tracking;
using TorchSharp;

namespace SleapNn.Tests.Inference;

public sealed class PredictionRunTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-run-").FullName;
    private readonly PredictionOptions options = new() { BatchSize = 3 };

    private string Output => Path.Combine(folder, "out.slp");

    private string Journal => PredictionRun.JournalPath(Output);

    public override void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        base.Dispose();
    }

    [Fact]
    public void A_file_holds_what_memory_does()
    {
        using var predictor = Fake();
        var source = Video(10);
        var labels = new PredictionRun(predictor, [], source, options).ToLabels().Labels;
        var result = new PredictionRun(predictor, [], source, options).ToFile(Output, resume: false, keepFrames: true);

        Assert.Equal(Describe(labels), Describe(result.Labels));
        Assert.Equal(Describe(labels), Describe(LabelsFile.Load(Output)));
        Assert.Contains(labels.Frames, frame => frame.Instances.Count == 0);
        Assert.Equal((10, labels.Frames.Sum(frame => frame.Instances.Count)), (result.FrameCount, (int)result.InstanceCount));
        Assert.Equal([Output], Directory.GetFiles(folder, "out*"));
    }

    [Fact]
    public void What_is_written_is_what_the_labels_writer_would_write()
    {
        using var predictor = Fake(["a", "b"]);
        var result = new PredictionRun(predictor, [], Video(10), options).ToFile(Output, resume: false, keepFrames: true);
        var whole = Path.Combine(folder, "whole.slp");
        LabelsFile.Save(result.Labels, whole);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(Output));
        Assert.Equal(["a", "b"], result.Labels.Tracks.Select(track => track.Name));
    }

    [Fact]
    public void Tracks_are_the_same_into_a_file_and_by_themselves()
    {
        using var predictor = Fake();
        var tracking = new TrackingOptions { MaxTracks = 2 };
        var source = Video(12);
        new PredictionRun(predictor, [], source, options, tracking).ToFile(Output, resume: false, keepFrames: false);
        var after = LabelsTracking.Track(new PredictionRun(predictor, [], source, options).ToLabels().Labels, tracking).Labels;
        var written = LabelsFile.Load(Output);
        Assert.Equal(Describe(after), Describe(written));
        Assert.Equal(2, (int)written.Provenance["tracking_config"]!["max_tracks"]!);
        Assert.Equal([Output], Directory.GetFiles(folder, "out*"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stopped_run_keeps_what_it_had_and_goes_on_from_there(bool withTracking)
    {
        var tracking = withTracking ? new TrackingOptions { MaxTracks = 2, Motion = TrackMotion.OpticalFlow } : null;
        var source = Video(20);
        using (var whole = Fake())
        {
            new PredictionRun(whole, [], source, options, tracking).ToFile(Path.Combine(folder, "whole.slp"), resume: false, keepFrames: false);
        }

        StopAfter(batches: 4, source, tracking);
        Assert.True(File.Exists(Journal));
        Assert.False(File.Exists(Output));

        var batches = 0;
        using var predictor = Fake(onBatch: () => batches++);
        var reports = new List<PredictionProgress>();
        var result = new PredictionRun(predictor, [], source, options, tracking).ToFile(Output, resume: true, keepFrames: false, new Listener(reports.Add));
        Assert.InRange(result.ResumedCount, 1, 12);
        Assert.Equal((20 - (int)result.ResumedCount + 2) / 3, batches);
        Assert.Equal(20, result.FrameCount);
        Assert.Equal(20, reports[^1].FramesDone);
        Assert.Equal(Describe(LabelsFile.Load(Path.Combine(folder, "whole.slp"))), Describe(LabelsFile.Load(Output)));
        Assert.False(File.Exists(Journal));
        Assert.Empty(Directory.GetFiles(folder, "*.tracked"));
    }

    [Fact]
    public void Whatever_is_cut_off_the_journal_the_result_is_the_same()
    {
        var source = Video(20);
        using var predictor = Fake();
        var expected = Describe(new PredictionRun(predictor, [], source, options).ToLabels().Labels);
        StopAfter(batches: 4, source, null);
        var journal = File.ReadAllBytes(Journal);
        using (var opened = PredictionJournal.Open(Journal))
        {
            // The header stands before the first frame and cannot be done without.
            Assert.True(opened.FrameCount > 0);
        }

        var headerEnd = 8 + 8 + BitConverter.ToInt32(journal, 8);
        foreach (var length in new[] { headerEnd, headerEnd + 3, headerEnd + 9, journal.Length - 1, journal.Length })
        {
            File.WriteAllBytes(Journal, journal[..length]);
            File.Delete(Output);
            new PredictionRun(predictor, [], source, options).ToFile(Output, resume: true, keepFrames: false);
            Assert.Equal(expected, Describe(LabelsFile.Load(Output)));
        }

        journal[^5] ^= 1;
        File.WriteAllBytes(Journal, journal);
        new PredictionRun(predictor, [], source, options).ToFile(Output, resume: true, keepFrames: false);
        Assert.Equal(expected, Describe(LabelsFile.Load(Output)));
    }

    [Fact]
    public void A_run_with_other_options_frames_or_models_is_not_continued()
    {
        var source = Video(20);
        StopAfter(batches: 3, source, null);
        using var predictor = Fake();
        AssertMismatch("peak_threshold 0.2 instead of 0.3", () => new PredictionRun(predictor, [], source, options with { Peaks = new PeakOptions { Threshold = 0.3 } }));
        AssertMismatch("max_tracks", () => new PredictionRun(predictor, [], source, options, new TrackingOptions { MaxTracks = 1 }));
        AssertMismatch("other frames", () => new PredictionRun(predictor, [], PredictionSource.OfPath(Path.Combine(folder, "video.avi"), new FrameChoice(FrameRange: "0-9")), options));

        // How fast it goes is no matter.
        new PredictionRun(predictor, [], source, options with { BatchSize = 5 }).ToFile(Output, resume: true, keepFrames: false);

        void AssertMismatch(string what, Func<PredictionRun> run)
        {
            var error = Assert.Throws<PredictionException>(() => run().ToFile(Output, resume: true, keepFrames: false));
            Assert.Equal("ResumeMismatch", error.ErrorId);
            Assert.Contains(what, error.Message);
            Assert.True(File.Exists(Journal));
        }
    }

    [Fact]
    public void Without_resume_a_journal_is_replaced()
    {
        var source = Video(9);
        StopAfter(batches: 2, source, null);
        using var predictor = Fake();
        Assert.Equal(0, new PredictionRun(predictor, [], source, options).ToFile(Output, resume: false, keepFrames: false).ResumedCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SleapNn1")]
    [InlineData("this is something else entirely")]
    public void A_file_that_is_no_journal_is_refused(string content)
    {
        File.WriteAllText(Journal, content);
        using var predictor = Fake();
        var error = Assert.Throws<PredictionException>(() => new PredictionRun(predictor, [], Video(3), options).ToFile(Output, resume: true, keepFrames: false));
        Assert.Equal("JournalUnreadable", error.ErrorId);
    }

    [Fact]
    public void Two_runs_do_not_write_the_same_file()
    {
        using var held = PredictionJournal.Create(Journal, []);
        using var predictor = Fake();
        var error = Assert.Throws<PredictionException>(() => new PredictionRun(predictor, [], Video(3), options).ToFile(Output, resume: true, keepFrames: false));
        Assert.Equal("JournalBusy", error.ErrorId);
    }

    [Fact]
    public void Frames_are_on_the_disk_before_the_run_ends()
    {
        var lengths = new List<long>();
        using var predictor = Fake(onBatch: () => Thread.Sleep(300));
        new PredictionRun(predictor, [], Video(30), options).ToFile(
            Output, resume: false, keepFrames: false, new Listener(_ => lengths.Add(new FileInfo(Journal).Length)));

        // A frame takes twelve bytes at least, and half of them had a second to get there.
        Assert.InRange(lengths[^1] - lengths[0], 15 * 12, long.MaxValue);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_frames()
    {
        // 14,000 frames in memory would be 6 MB. Tracks are few, since these are held.
        var source = Video(20_000, size: 16);
        using var predictor = Fake();
        var (early, late) = (0L, 0L);
        new PredictionRun(predictor, [], source, options, new TrackingOptions { MaxTracks = 2 }).ToFile(Output, resume: false, keepFrames: false, new Listener(state =>
        {
            if (state.FramesDone is 6000 or 20_000)
            {
                var held = GC.GetTotalMemory(forceFullCollection: true);
                (early, late) = state.FramesDone == 6000 ? (held, late) : (early, held);
            }
        }));
        Assert.InRange(early, 1, long.MaxValue);
        Assert.InRange(late - early, -3_000_000, 3_000_000);
    }

    [Fact]
    public void The_provenance_says_what_was_done()
    {
        using var predictor = Fake();
        var source = PredictionSource.OfPath(Video(10).Name, new FrameChoice(FrameRange: "2-4,-1"));
        var provenance = new PredictionRun(predictor, ["models/a"], source, options with { Filters = new FilterOptions { MinVisibleNodes = 1 } }).ToLabels().Labels.Provenance;
        Assert.Equal("""{"method":"range","frames":"2-4,-1","frames_processed":4,"frames_total":10}""", provenance["frame_selection"]!.ToJsonString());
        Assert.Equal(1, (int)provenance["inference_config"]!["filter_min_visible_nodes"]!);
        Assert.Equal(0.2, (double)provenance["inference_config"]!["peak_threshold"]!);
        Assert.EndsWith("models/a", (string)provenance["model_paths"]![0]!, StringComparison.Ordinal);
        Assert.Equal("cpu", (string)provenance["device"]!);
        Assert.NotNull((string?)provenance["inference_start_timestamp"]);
    }

    [Fact]
    public void Models_that_tell_animals_apart_are_not_tracked_over()
    {
        using var predictor = Fake(["a", "b"]);
        var error = Assert.Throws<PredictionException>(() => new PredictionRun(predictor, [], Video(3), options, new TrackingOptions()));
        Assert.Equal("PredictionOptionConflict", error.ErrorId);
    }

    [Fact]
    public void Images_of_several_videos_do_not_fit_an_analysis_file_which_is_said_at_once()
    {
        using var predictor = Fake();
        var source = Video(3);
        var two = source with { Targets = [source.Targets[0], source.Targets[0] with { Video = new SleapVideo() }] };
        var error = Assert.Throws<PredictionException>(() => new PredictionRun(predictor, [], two, options).ToFile(Path.Combine(folder, "a.h5"), resume: false, keepFrames: false));
        Assert.Equal("OutputForSeveral", error.ErrorId);
    }

    [Fact]
    public void Frames_one_by_one_give_what_a_video_gives()
    {
        using var predictor = Fake();
        var source = Video(11);
        var expected = new PredictionRun(predictor, [], source, options, new TrackingOptions()).ToLabels().Labels;
        var live = new LivePrediction(predictor, [], "frames", options, new TrackingOptions());
        using (var frames = FrameSource.Open(source.Targets[0].Video))
        {
            foreach (var index in frames.FrameIndices)
            {
                live.Add(frames.Read(index));
            }
        }

        var result = live.Finish();
        Assert.Equal(Describe(expected), Describe(result.Labels));
        Assert.Equal(11, result.Labels.Videos[0].FrameCount);
    }

    private static List<string> Describe(SleapLabels labels) =>
        [.. labels.Frames.Select(frame => $"{frame.FrameIndex}: " + string.Join("; ", frame.Instances.Select(instance =>
            $"{instance.Track?.Name} {(float)instance.Score} {(float)instance.TrackingScore} {string.Join(' ', instance.Points)}")))];

    private static Predictor Fake(IReadOnlyList<string>? classes = null, Action? onBatch = null) =>
        Predictor.Of(new FakePipeline(classes, onBatch), torch.CPU, new PredictionOptions { BatchSize = 3 });

    private PredictionSource Video(int frames, int size = 32)
    {
        var path = Path.Combine(folder, "video.avi");
        VideoFile.Write(path, 25, Enumerable.Range(0, frames).Select(i =>
        {
            var pixels = new byte[size * size];
            Array.Fill(pixels, (byte)((i * 7) % 251));
            return new ImageFrame(i, pixels, size, size, 1);
        }));
        return PredictionSource.OfPath(path, new FrameChoice());
    }

    private void StopAfter(int batches, PredictionSource source, TrackingOptions? tracking)
    {
        using var stop = new CancellationTokenSource();
        using var predictor = Fake();
        Assert.ThrowsAny<OperationCanceledException>(() => new PredictionRun(predictor, [], source, options, tracking).ToFile(
            Output, resume: false, keepFrames: false, new Listener(state =>
            {
                if (state.FramesDone >= batches * 3)
                {
                    stop.Cancel();
                }
            }), stop.Token));
    }

    private sealed class Listener(Action<PredictionProgress> heard) : IProgress<PredictionProgress>
    {
        public void Report(PredictionProgress value) => heard(value);
    }
}
