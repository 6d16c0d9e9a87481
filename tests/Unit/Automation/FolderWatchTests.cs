using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

public sealed class FolderWatchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-watch-").FullName;
    private readonly FakeWork work = new();
    private readonly List<LogEvent> log = [];

    private WatchSettings Settings => new() { Folder = folder, SettleTime = TimeSpan.Zero, PollInterval = TimeSpan.FromMilliseconds(50), RetryDelay = TimeSpan.Zero };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Each_video_is_handled_once()
    {
        Video("a.mp4");
        Video("b.AVI");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "no video");

        var summary = Once();
        Assert.Equal(["a.mp4", "b.AVI"], summary.Videos.Select(video => video.Name));
        Assert.All(summary.Videos, video => Assert.Equal((WatchedVideoState.Done, 5L, 7L, 1), (video.State, video.FrameCount, video.InstanceCount, video.Attempt)));
        Assert.Equal("labels of a.mp4", File.ReadAllText(Path.Combine(folder, "a.predictions.slp")));
        Assert.Equal((2, 0, 0, 0, 0), (summary.Done, summary.Failed, summary.GivenUp, summary.AlreadyDone, summary.ExitCode));

        Video("c.mkv");
        var again = Once();
        Assert.Equal("c.mkv", Assert.Single(again.Videos).Name);
        Assert.Equal(2, again.AlreadyDone);
        Assert.Equal(["a.mp4", "b.AVI", "c.mkv"], work.Predicted);
    }

    [Fact]
    public void Subfolders_are_mirrored_and_results_are_never_taken_for_videos()
    {
        Video("x/y/a.mp4");
        Video("x/.hidden/b.mp4");
        Video("x/.c.mp4");
        var settings = Settings with { Recurse = true, Overlay = true };

        Once(settings);
        Assert.True(File.Exists(Path.Combine(folder, "x/y/a.predictions.mp4")));
        Once(settings with { OutputFolder = Path.Combine(folder, "results") });
        Assert.True(File.Exists(Path.Combine(folder, "results/x/y/a.predictions.slp")));

        Assert.Empty(Once(settings).Videos);
        Assert.Equal(["a.mp4", "a.mp4"], work.Predicted);
        Assert.Empty(Once(Settings).Videos);
    }

    [Fact]
    public void Videos_that_differ_in_their_extension_keep_their_results_apart()
    {
        Video("a.mp4");
        Video("a.avi");
        Assert.Equal(2, Once().Done);
        Assert.Equal("labels of a.mp4", File.ReadAllText(Path.Combine(folder, "a.predictions.slp")));
        Assert.Equal("labels of a.avi", File.ReadAllText(Path.Combine(folder, "a.avi.predictions.slp")));
        Assert.Equal(2, Once().AlreadyDone);
    }

    [Fact]
    public void A_video_that_fails_is_tried_again_and_then_given_up_while_others_go_on()
    {
        Video("bad.mp4");
        Video("good.mp4");
        work.BeforeWriting = path => { if (path.EndsWith("bad.mp4", StringComparison.Ordinal)) throw new MediaException("MediaUnreadable", "Broken.", path); };

        var first = Once();
        Assert.Equal((1, 1, 0, 2), (first.Done, first.Failed, first.GivenUp, first.ExitCode));
        Assert.Equal(("MediaUnreadable", "Broken.", 1), (first.Videos[0].ErrorId, first.Videos[0].Error, first.Videos[0].Attempt));
        var second = Once();
        Assert.Equal((0, 1, 0), (second.Done, second.Failed, second.GivenUp));
        var third = Once();
        Assert.Equal((0, 0, 1, 2), (third.Done, third.Failed, third.GivenUp, third.ExitCode));
        var fourth = Once();
        Assert.Equal((0, 1, 0), (fourth.Videos.Count, fourth.GivenUp, fourth.ExitCode));

        work.BeforeWriting = _ => { };
        Assert.Equal(["bad.mp4", "good.mp4"], Once(Settings with { Force = true }).Videos.Select(video => video.Name));
        Assert.Equal(2, Once().AlreadyDone);
    }

    [Fact]
    public void A_failure_waits_for_its_time_in_a_watch_that_goes_on()
    {
        Video("bad.mp4");
        var times = new List<DateTime>();
        work.BeforeWriting = _ =>
        {
            times.Add(DateTime.UtcNow);
            throw new InvalidOperationException("no");
        };

        var results = Run(Settings with { RetryCount = 1, RetryDelay = TimeSpan.FromMilliseconds(400) }, until: handled => handled.Count == 2);
        Assert.Equal([WatchedVideoState.Failed, WatchedVideoState.GivenUp], results.Select(video => video.State));
        Assert.Equal("UnexpectedInvalidOperationException", results[1].ErrorId);
        Assert.True(times[1] - times[0] >= TimeSpan.FromMilliseconds(390));
        Assert.Equal(2, work.Resets);
    }

    [Fact]
    public void A_full_disk_is_no_fault_of_the_video()
    {
        Video("a.mp4");
        work.BeforeWriting = _ => throw new PredictionException("OutputAccess", "cannot be written", null, new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1, Once().Failed);
        }

        work.BeforeWriting = _ => { };
        Assert.Equal(1, Once().Done);
    }

    [Fact]
    public async Task What_grows_is_left_for_the_next_time()
    {
        var settings = Settings with { SettleTime = TimeSpan.FromMilliseconds(500) };
        var (growing, still) = (Video("growing.mp4"), Video("still.mp4"));
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.AppendAllText(growing, "x");
                await Task.Delay(30);
            }
        });
        var summary = Once(settings);
        await stop.CancelAsync();
        await writer;

        Assert.Equal("still.mp4", Assert.Single(summary.Videos).Name);
        Assert.Equal(1, summary.Unsettled);
        Assert.True(summary.Duration >= TimeSpan.FromMilliseconds(450));
        Assert.Equal("growing.mp4", Assert.Single(Once(settings).Videos).Name);
        Assert.True(File.Exists(still));
    }

    [Fact]
    public void A_watch_notices_videos_as_they_come_and_ends_when_it_is_stopped()
    {
        var results = Run(
            Settings with { SettleTime = TimeSpan.FromMilliseconds(100) },
            until: handled => handled.Count == 2,
            meanwhile: () =>
            {
                Video("a.mp4");
                Thread.Sleep(300);
                Video("b.mp4");
            });
        Assert.Equal(["a.mp4", "b.mp4"], results.Select(video => video.Name));
    }

    [Fact]
    public void A_stopped_prediction_goes_on_and_does_not_count_as_failed()
    {
        Video("a.mp4");
        for (var i = 0; i < 5; i++)
        {
            using var stop = new CancellationTokenSource();
            work.BeforeWriting = _ => stop.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => Once(token: stop.Token));
        }

        work.BeforeWriting = _ => { };
        Assert.Equal(1, Assert.Single(Once().Videos).Attempt);
    }

    [Fact]
    public void A_watcher_that_is_killed_at_any_moment_handles_nothing_twice()
    {
        var settings = Settings with { Overlay = true };
        Video("a.mp4");
        Video("b.mp4");
        var snapshots = new List<(string Where, string Path, int Calls)>();
        void Snapshot(string where)
        {
            var copy = $"{folder}-{snapshots.Count}";
            Copy(folder, copy);
            snapshots.Add((where, copy, work.Predicted.Count));
        }

        work.BeforeWriting = video =>
        {
            File.WriteAllText(Path.ChangeExtension(video, ".predictions.slp.journal"), "some frames");
            Snapshot("predicting");
        };
        work.AfterWriting = _ => Snapshot("written");
        work.OnDraw = _ => Snapshot("drawing");
        Once(settings);
        Snapshot("end");
        try
        {
            foreach (var (where, path, calls) in snapshots)
            {
                // The last line may be torn at any byte, since the kill may come while it is written.
                var journal = Path.Combine(path, ".sleapnn-watch.jsonl");
                var whole = File.ReadAllBytes(journal);
                var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
                foreach (var length in new[] { whole.Length, whole.Length - 1, whole.Length - 20, lastLine + 1, lastLine })
                {
                    var copy = path + "-torn";
                    Copy(path, copy);
                    File.WriteAllBytes(Path.Combine(copy, ".sleapnn-watch.jsonl"), whole[..length]);
                    var later = new FakeWork();
                    using (var watch = FolderWatch.Open(settings with { Folder = copy }, later, log.Add))
                    {
                        watch.RunOnce();
                    }

                    // Predicted again is only what was not whole, and all is there in the end.
                    var wasWritten = new[] { "a", "b" }.Where(name => File.Exists(Path.Combine(path, $"{name}.predictions.slp"))).Select(name => $"{name}.mp4");
                    Assert.Empty(later.Predicted.Intersect(wasWritten));
                    Assert.Equal(later.Predicted.Distinct(), later.Predicted);
                    Assert.All(["a", "b"], name => Assert.Equal($"labels of {name}.mp4", File.ReadAllText(Path.Combine(copy, $"{name}.predictions.slp"))));
                    Directory.Delete(copy, recursive: true);
                }

                Assert.True(calls > 0, where);
            }
        }
        finally
        {
            snapshots.ForEach(snapshot => Directory.Delete(snapshot.Path, recursive: true));
        }
    }

    [Fact]
    public void A_video_that_kills_the_program_is_given_up()
    {
        Video("killer.mp4");
        Video("next.mp4");
        for (var i = 0; i < 3; i++)
        {
            string? copy = null;
            work.BeforeWriting = video =>
            {
                if (video.EndsWith("killer.mp4", StringComparison.Ordinal))
                {
                    copy = SharedFile.ReadAllText(Path.Combine(folder, ".sleapnn-watch.jsonl"));
                    throw new InvalidOperationException("killed");
                }
            };
            Once();

            // As if the process had ended in there.
            File.WriteAllText(Path.Combine(folder, ".sleapnn-watch.jsonl"), copy);
        }

        var last = Once();
        var killer = last.Videos.Single(video => video.Name == "killer.mp4");
        Assert.Equal((WatchedVideoState.GivenUp, "Interrupted"), (killer.State, killer.ErrorId));
    }

    [Fact]
    public void A_video_that_was_recorded_anew_is_predicted_anew_but_not_one_with_another_time()
    {
        var video = Video("a.mp4");
        Once();
        File.SetLastWriteTimeUtc(video, DateTime.UtcNow.AddHours(-3));
        Assert.Empty(Once().Videos);

        File.WriteAllText(video, "another");
        Assert.Equal(1, Once().Done);
        Assert.Equal("labels of another", File.ReadAllText(Path.Combine(folder, "a.predictions.slp")));
    }

    [Fact]
    public void Labels_of_others_are_left_alone()
    {
        var video = Video("a.mp4");
        var mine = Path.Combine(folder, "a.predictions.slp");
        File.WriteAllText(mine, "corrected by hand");
        Assert.Equal((0, 1), (Once().Videos.Count, Once().AlreadyDone));
        Assert.Equal("corrected by hand", File.ReadAllText(mine));
        Assert.Contains(log, happened => happened.Name == "leftalone");

        // So are the watcher's own, once they were changed.
        Assert.Equal(1, Once(Settings with { Force = true }).Done);
        File.WriteAllText(mine, "corrected by hand");
        File.WriteAllText(video, "another recording");
        Assert.Empty(Once().Videos);
        Assert.Equal("corrected by hand", File.ReadAllText(mine));
    }

    [Fact]
    public void There_is_one_watcher_at_a_time()
    {
        Video("a.mp4");
        using (FolderWatch.Open(Settings, work, log.Add))
        {
            var error = Assert.Throws<AutomationException>(() => FolderWatch.Open(Settings, work, log.Add));
            Assert.Equal("WatcherBusy", error.ErrorId);
            Assert.Contains($"process {Environment.ProcessId}", error.Message);
            Once(Settings with { OutputFolder = Path.Combine(folder, "results") });
        }

        Assert.Equal(1, Once().Done);
    }

    [Fact]
    public void What_is_no_fault_of_a_video_ends_the_watch()
    {
        Video("a.mp4");
        work.BeforeWriting = _ => throw new WatchStoppedException(new ModelException("ModelBroken", "No weights."));
        Assert.Equal("ModelBroken", Assert.Throws<ModelException>(() => Once()).ErrorId);

        work.BeforeWriting = _ => { };
        Assert.Equal(1, Assert.Single(Once().Videos).Attempt);
        Assert.Equal("FolderNotFound", Assert.Throws<AutomationException>(() => Once(Settings with { Folder = Path.Combine(folder, "none") })).ErrorId);
    }

    [Fact]
    public void A_folder_that_goes_away_is_waited_for()
    {
        var share = Path.Combine(folder, "share");
        Directory.CreateDirectory(share);
        var results = Run(
            Settings with { Folder = share, OutputFolder = Path.Combine(folder, "results") },
            until: handled => handled.Count == 1,
            meanwhile: () =>
            {
                Directory.Move(share, share + "-away");
                Thread.Sleep(300);
                Directory.Move(share + "-away", share);
                Video("share/a.mp4");
            });
        Assert.Equal("a.mp4", results[0].Name);
        Assert.Equal(["away", "back"], log.Select(happened => happened.Name).Where(name => name is "away" or "back"));
    }

    [Fact]
    public void What_is_pending_can_be_asked_without_touching_anything()
    {
        Video("a.mp4");
        Once();
        Video("b.mp4");
        File.WriteAllText(Path.Combine(folder, ".sleapnn-watch.jsonl"), File.ReadAllText(Path.Combine(folder, ".sleapnn-watch.jsonl")) + "{torn");
        Assert.Equal("b.mp4", Assert.Single(FolderWatch.Pending(Settings)).Video.Name);
        Assert.EndsWith("{torn", File.ReadAllText(Path.Combine(folder, ".sleapnn-watch.jsonl")));
    }

    private string Video(string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Path.GetFileName(name));
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length));
        return path;
    }

    private WatchSummary Once(WatchSettings? settings = null, CancellationToken token = default)
    {
        using var watch = FolderWatch.Open(settings ?? Settings, work, log.Add);
        return watch.RunOnce(token);
    }

    private List<WatchedVideo> Run(WatchSettings settings, Func<List<WatchedVideo>, bool> until, Action? meanwhile = null)
    {
        using var watch = FolderWatch.Open(settings, work, log.Add);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var handled = new List<WatchedVideo>();
        var other = Task.Run(meanwhile ?? (() => { }));
        Assert.ThrowsAny<OperationCanceledException>(() => watch.Run(
            video =>
            {
                handled.Add(video);
                if (until(handled))
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        other.Wait();
        return handled;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetFileName(file));
            using (var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            using (var copy = File.Create(target))
            {
                source.CopyTo(copy);
            }

            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(file));
        }
    }
}
