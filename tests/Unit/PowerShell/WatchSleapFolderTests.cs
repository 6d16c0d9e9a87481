using System.Text.Json.Nodes;

namespace SleapNn.Tests.Module;

public sealed class WatchSleapFolderTests(SmallModelFixture small) : IClassFixture<SmallModelFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-watch-").FullName;

    private ModuleFixture Session => small.Session;

    private string Videos => Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName;

    private object Variables => new { videos = Videos, model = small.Model, folder, log = Path.Combine(folder, "night.log") };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Once_predicts_tracks_draws_counts_and_logs_and_never_twice()
    {
        Directory.CreateDirectory(Path.Combine(Videos, "sub"));
        File.Copy(small.Video, Path.Combine(Videos, "sub", "a.mp4"));
        File.WriteAllText(Path.Combine(Videos, "bad.mp4"), "no video");

        const string Script = "Watch-SleapFolder $videos -Model $model -Recurse -SettleTime 0 -PeakThreshold 0.001 -Tracking -MaxTracks 1 -Overlay -TrailFrames 3 -LogPath $log -LogFormat Json -InformationAction Continue -Once";
        var result = Session.Invoke(Script, Variables).Succeeded();
        var summary = Assert.IsType<WatchSummary>(Assert.Single(result.Output).BaseObject);
        Assert.Equal((1, 1, 2), (summary.Done, summary.Failed, summary.ExitCode));
        var done = summary.Videos.Single(video => video.State == WatchedVideoState.Done);
        Assert.Equal(Path.Combine(Videos, "sub", "a.predictions.slp"), done.OutputPath);
        Assert.True(File.Exists(done.OverlayPath));
        Assert.Equal("MediaUnreadable", summary.Videos.Single(video => video.Name == "bad.mp4").ErrorId);
        Assert.Contains(result.Warnings, text => text.Contains("bad.mp4", StringComparison.Ordinal));
        Assert.Contains(result.Information, text => JsonNode.Parse(text)!["event"]!.ToString() == "done");
        var log = File.ReadAllLines(Path.Combine(folder, "night.log")).Select(line => JsonNode.Parse(line)!["event"]!.ToString());
        Assert.Equal(["begin", "begin", "done", "end", "failed", "start"], log.Order(StringComparer.Ordinal));
        var labels = Session.RunSingle<SleapLabels>("Import-SleapLabels $path", new { path = done.OutputPath });
        Assert.Equal("track_0", Assert.Single(labels.Tracks).Name);
        Assert.Equal(done.FrameCount, labels.Frames.Count);

        var again = Session.RunSingle<WatchSummary>(Script, Variables);
        Assert.Equal((0, 1, 1), (again.Done, again.Failed, again.AlreadyDone));
        Assert.Equal("start", JsonNode.Parse(File.ReadAllLines(Path.Combine(folder, "night.log"))[6])!["event"]!.ToString());
    }

    [Fact]
    public void WhatIf_names_the_videos_and_writes_nothing()
    {
        File.Copy(small.Video, Path.Combine(Videos, "a.mp4"));
        Assert.Empty(Session.Run("Watch-SleapFolder $videos -Model $model -Once -LogPath $log -WhatIf; $WhatIfPreference = $true; Watch-SleapFolder $videos -Model $model", Variables));
        Assert.Equal(["a.mp4"], Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public void A_watch_streams_videos_and_stops_in_two_seconds_with_what_it_has()
    {
        File.Copy(small.Video, Path.Combine(Videos, "a.mp4"));
        var path = Session.Run("Watch-SleapFolder $videos -Model $model -SettleTime 0 -PeakThreshold 0.001 | Select-Object -First 1 | ForEach-Object { $_.Name; $_.State.ToString() }", Variables);
        Assert.Equal(["a.mp4", "Done"], path);

        File.Copy(small.Video, Path.Combine(Videos, "b.mp4"));
        var took = Session.Stop("Watch-SleapFolder $videos -Model $model -SettleTime 0 -BatchSize 1", streams => streams.Progress.Any(p => p.StatusDescription.Contains("b.mp4", StringComparison.Ordinal)), Variables);
        Assert.True(took < TimeSpan.FromSeconds(2), took.ToString());

        // The lock is free at once.
        Assert.Equal(0, Session.RunSingle<WatchSummary>("Watch-SleapFolder $videos -Model $model -SettleTime 0 -Once", Variables).ExitCode);
        Assert.True(File.Exists(Path.Combine(Videos, "b.predictions.slp")));
    }

    [Theory]
    [InlineData("$videos/none -Model $model -Once", "PathNotFound")]
    [InlineData("$videos -Model $videos/none -Once", "PathNotFound")]
    [InlineData("$videos -Model $model -TrailFrames 3 -Once", "PredictionOptionConflict")]
    [InlineData("$videos -Model $model -Tracking -Score Iou -Once", "TrackingOptionConflict")]
    [InlineData("$videos -Model $model -SettleTime never -Once", "ParameterArgumentTransformationError")]
    [InlineData("$videos -Model $model -SettleTime 2d -Once", "ParameterArgumentTransformationError")]
    [InlineData("$videos -Model $model -PollInterval 0 -Once", "ParameterArgumentValidationError")]
    [InlineData("$videos -Model $model -LogPath $model/best.ckpt/x.log -Once", "LogAccess")]
    public void What_cannot_be_done_ends_it(string arguments, string errorId)
    {
        Assert.Equal(errorId, Assert.Single(Session.Run($"try {{ Watch-SleapFolder {arguments} -ErrorAction Continue }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0] }}", Variables)));
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_ends_it_and_is_no_fault_of_the_videos()
    {
        File.Copy(small.Video, Path.Combine(Videos, "a.mp4"));
        var empty = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
        var error = Session.Run("try { Watch-SleapFolder $videos -Model $empty -SettleTime 0 -Once -LogPath $log } catch { $_.FullyQualifiedErrorId }", new { videos = Videos, empty, log = Path.Combine(folder, "night.log") });
        Assert.StartsWith("Model", (string)Assert.Single(error));
        Assert.Contains("ERROR", File.ReadAllText(Path.Combine(folder, "night.log")));
        Assert.Equal(1, Assert.Single(Session.RunSingle<WatchSummary>("Watch-SleapFolder $videos -Model $model -SettleTime 0 -Once", Variables).Videos).Attempt);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("0.5", 0.5)]
    [InlineData("'90s'", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("'10 min'", 600)]
    [InlineData("'1d'", 86400)]
    [InlineData("'250ms'", 0.25)]
    [InlineData("00:01:30", 90)]
    [InlineData("([timespan]::FromMinutes(2))", 120)]
    public void Times_are_seconds_or_have_a_unit(string text, double seconds)
    {
        var attribute = "[Activator]::CreateInstance((Get-Command Watch-SleapFolder).ImplementingType.Assembly.GetType('SleapNn.PowerShell.DurationTransformationAttribute'))";
        var script = $"function f {{ param($x) ({attribute}).Transform($null, $x) }}; (f {text}).TotalSeconds";
        Assert.Equal(seconds, Session.RunSingle<double>(script));
    }

    [Fact]
    public void Results_are_shown_as_tables_that_tell_what_matters()
    {
        File.Copy(small.Video, Path.Combine(Videos, "a.mp4"));
        var text = (string)Session.Run("$s = Watch-SleapFolder $videos -Model $model -SettleTime 0 -Once; $s.Videos | Out-String; $s | Out-String", Variables).Aggregate((a, b) => $"{a}{b}");
        Assert.Matches(@"Started +State +Duration +Frames +Animals +fps +Try +Video", text);
        Assert.Matches(@"Exit code +: 0", text);
    }
}
