using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>Watches a folder and handles the videos in it that have stopped growing, each once.</summary>
public sealed class FolderWatch : IDisposable
{
    private readonly WatchSettings settings;
    private readonly IVideoWork work;
    private readonly Action<LogEvent> log;
    private readonly Action<FoundVideo, PredictionProgress> progress;
    private readonly WatchJournal journal;
    private readonly SettleClock settling;
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    private FolderWatch(WatchSettings settings, IVideoWork work, Action<LogEvent> log, Action<FoundVideo, PredictionProgress> progress, WatchJournal journal)
    {
        (this.settings, this.work, this.log, this.progress, this.journal) = (settings, work, log, progress, journal);
        settling = new SettleClock(settings.SettleTime);
        foreach (var record in journal.Videos.Values)
        {
            owners[record.Output] = record.Name;
        }
    }

    /// <summary>Begins to watch. No other watcher of the folder with results in the same place can begin until this one is disposed.</summary>
    /// <param name="settings">What to watch.</param>
    /// <param name="work">What to do with a video; stays the caller's.</param>
    /// <param name="log">Takes what happens.</param>
    /// <param name="progress">Takes how far the present video is; null where nobody wants to know.</param>
    /// <returns>The watch.</returns>
    /// <exception cref="AutomationException">
    /// There is no such folder (FolderNotFound), another watcher is at work (WatcherBusy), or the journal cannot be written (JournalAccess).
    /// </exception>
    public static FolderWatch Open(WatchSettings settings, IVideoWork work, Action<LogEvent> log, Action<FoundVideo, PredictionProgress>? progress = null)
    {
        if (!Directory.Exists(settings.Folder))
        {
            throw new AutomationException("FolderNotFound", $"There is no folder '{settings.Folder}' to watch.", settings.Folder);
        }

        var watch = new FolderWatch(settings, work, log, progress ?? ((_, _) => { }), WatchJournal.Open(settings.JournalPath));
        watch.Begin();
        return watch;
    }

    /// <summary>The videos that a pass would handle now, provided that they have stopped growing. Changes nothing and needs no lock.</summary>
    /// <param name="settings">What to watch.</param>
    /// <returns>The videos, the oldest first, with the paths of their labels files.</returns>
    public static IReadOnlyList<(FoundVideo Video, string Output)> Pending(WatchSettings settings)
    {
        var records = WatchJournal.Read(settings.JournalPath);
        return [.. FolderScan.Find(settings.Folder, settings.Patterns, settings.Excluded, settings.Recurse)
            .Select(video => (Video: video, Record: records.GetValueOrDefault(video.Name), Output: PathOf(settings, records.GetValueOrDefault(video.Name)?.Output ?? ResultName(video.Name, withExtension: false))))
            .Where(item => settings.Force || VideoDecisions.Decide(item.Video, item.Record, FileStamp.Of(item.Output), settings with { RetryDelay = TimeSpan.Zero }, DateTime.UtcNow) == VideoDecision.Handle)
            .Select(item => (item.Video, item.Output))];
    }

    /// <summary>
    /// Handles what is there: each video that has stopped growing is tried once, unless its results are there or it has failed
    /// too often. Videos that grow are left for the next time.
    /// </summary>
    /// <param name="cancellation">Ends it; a prediction that is stopped goes on the next time.</param>
    /// <returns>What was done.</returns>
    public WatchSummary RunOnce(CancellationToken cancellation = default)
    {
        var started = DateTime.Now;
        var videos = new List<WatchedVideo>();
        HashSet<string>? first = null;
        while (true)
        {
            var (now, found) = Look();
            first ??= [.. found.Select(video => video.Name)];
            var open = found.Where(video => !tried.Contains(video.Name) && DecideOnce(video) == VideoDecision.Handle).ToList();
            if (open.FirstOrDefault(video => IsSettled(video, now)) is { } ready)
            {
                if (Handle(ready, cancellation) is { } result)
                {
                    videos.Add(result);
                }

                continue;
            }

            var waiting = open.Where(video => first.Contains(video.Name) && !settling.HasChanged(video)).ToList();
            if (waiting.Count == 0)
            {
                var summary = new WatchSummary
                {
                    Path = settings.Folder,
                    Videos = videos,
                    GivenUp = found.Count(video => DecideOnce(video) == VideoDecision.GivenUp),
                    AlreadyDone = found.Count(video => !tried.Contains(video.Name) && DecideOnce(video) is VideoDecision.Done or VideoDecision.LeftAlone),
                    Unsettled = open.Count,
                    Started = started,
                    Duration = DateTime.Now - started,
                };
                End(summary);
                return summary;
            }

            Wait(waiting.Min(video => settling.TimeLeft(video, now)), null, cancellation);
        }
    }

    /// <summary>Handles videos as they appear, until it is cancelled.</summary>
    /// <param name="handled">Takes what became of each.</param>
    /// <param name="cancellation">Ends it; a prediction that is stopped goes on the next time.</param>
    /// <exception cref="OperationCanceledException">It was cancelled: the only way in which it ends well.</exception>
    public void Run(Action<WatchedVideo> handled, CancellationToken cancellation)
    {
        using var hint = new AutoResetEvent(false);
        using var events = Events(hint);
        var isAway = false;
        while (true)
        {
            var wait = settings.PollInterval;
            try
            {
                var (now, found) = Look();
                if (isAway)
                {
                    Log(LogEventLevel.Info, "back", $"'{settings.Folder}' can be read again.");
                    isAway = false;
                }

                var open = found.Where(video => Decide(video) == VideoDecision.Handle).ToList();
                if (open.FirstOrDefault(video => IsSettled(video, now)) is { } ready)
                {
                    if (Handle(ready, cancellation) is { } result)
                    {
                        handled(result);
                    }

                    continue;
                }

                wait = open.Select(video => settling.TimeLeft(video, now)).Append(wait).Min();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && !isAway)
            {
                Log(LogEventLevel.Warning, "away", $"'{settings.Folder}' cannot be read: {error.Message} Waiting for it.");
                isAway = true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Said before.
            }

            Wait(wait, hint, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => journal.Dispose();

    private void Begin()
    {
        if (journal.DamagedLines > 0)
        {
            Log(LogEventLevel.Warning, "journal", $"{journal.DamagedLines} lines of the journal '{journal.Path}' cannot be read and are left out.");
        }

        journal.AddEvent("start", new JsonObject { ["process"] = Environment.ProcessId, ["machine"] = Environment.MachineName, ["folder"] = settings.Folder });
        Log(LogEventLevel.Info, "start", $"Watching '{settings.Folder}', results in '{settings.Root}'.", ("folder", settings.Folder), ("output", settings.Root));
    }

    private void End(WatchSummary summary)
    {
        journal.AddEvent("end", new JsonObject
        {
            ["done"] = summary.Done,
            ["failed"] = summary.Failed,
            ["givenUp"] = summary.GivenUp,
            ["exitCode"] = summary.ExitCode,
        });
        Log(
            summary.ExitCode == 0 ? LogEventLevel.Info : LogEventLevel.Warning,
            "end",
            $"{summary}.",
            ("done", summary.Done),
            ("failed", summary.Failed),
            ("givenUp", summary.GivenUp),
            ("alreadyDone", summary.AlreadyDone),
            ("unsettled", summary.Unsettled),
            ("seconds", Math.Round(summary.Duration.TotalSeconds, 1)));
    }

    private (DateTime Now, IReadOnlyList<FoundVideo> Found) Look()
    {
        var found = FolderScan.Find(settings.Folder, settings.Patterns, settings.Excluded, settings.Recurse);
        var now = DateTime.UtcNow;
        settling.Observe(found, now);
        return (now, found);
    }

    private bool IsSettled(FoundVideo video, DateTime now) => settling.TimeLeft(video, now) == TimeSpan.Zero && !IsBeingWritten(video.Path);

    // Only Windows tells; elsewhere the file opens.
    private static bool IsBeingWritten(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.ReadWrite);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            // An attempt will tell that it may not be read.
            return false;
        }
    }

    private VideoDecision DecideOnce(FoundVideo video) => Decide(video) is var decision && decision == VideoDecision.Later ? VideoDecision.Handle : decision;

    private VideoDecision Decide(FoundVideo video)
    {
        if (IsForced(video))
        {
            return VideoDecision.Handle;
        }

        var decision = VideoDecisions.Decide(video, RecordOf(video), FileStamp.Of(OutputOf(video)), settings, DateTime.UtcNow);
        if (decision == VideoDecision.LeftAlone && told.Add(video.Name))
        {
            Log(LogEventLevel.Info, "leftalone", $"'{video.Name}' is left alone: '{OutputOf(video)}' is there, and was not written by this watcher or was changed since. -Force replaces it.", ("video", video.Path));
        }

        return decision;
    }

    private bool IsForced(FoundVideo video) => settings.Force && !tried.Contains(video.Name);

    // A video whose time was changed, by a backup or another time zone, is still the same.
    private VideoRecord? RecordOf(FoundVideo video)
    {
        if (journal.Videos.GetValueOrDefault(video.Name) is not { } record)
        {
            return null;
        }

        try
        {
            return record.Stamp != video.Stamp && record.Stamp.SizeBytes == video.Stamp.SizeBytes && record.Hash == ContentHash.Of(video.Path)
                ? journal.Add(record with { Stamp = video.Stamp })
                : record;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return record;
        }
    }

    // Names have slashes in the journal, on Windows too.
    private static string PathOf(WatchSettings settings, string name) => Path.GetFullPath(Path.Combine(settings.Root, name));

    private string OutputOf(FoundVideo video) => PathOf(settings, OutputNameOf(video));

    // Two videos that differ in their extensions only: the second keeps its own in the name of its results.
    private string OutputNameOf(FoundVideo video)
    {
        if (journal.Videos.GetValueOrDefault(video.Name) is { } record)
        {
            return record.Output;
        }

        var name = ResultName(video.Name, withExtension: false);
        return owners.GetValueOrDefault(name, video.Name) == video.Name ? name : ResultName(video.Name, withExtension: true);
    }

    private static string ResultName(string name, bool withExtension) =>
        $"{(withExtension ? name : Path.ChangeExtension(name, null))}{FolderScan.ResultSuffix}.slp";

    private VideoRecord Note(VideoRecord record)
    {
        owners[record.Output] = record.Name;
        return journal.Add(record);
    }

    private WatchedVideo? Handle(FoundVideo video, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var output = OutputOf(video);
        var known = IsForced(video) || RecordOf(video) is not { } last || last.Stamp != video.Stamp ? null : last;
        tried.Add(video.Name);
        var started = DateTime.Now;
        var record = AfterInterruption(known, output);
        if (record is { Step: VideoStep.Failed } && record.Failures > settings.RetryCount)
        {
            return Told(video, Result(video, record, started));
        }

        var isPredicted = record?.OutputAfter is { } written && written == FileStamp.Of(output);
        record = isPredicted ? record! : new VideoRecord
        {
            Name = video.Name,
            Stamp = video.Stamp,
            Hash = "",
            Step = VideoStep.Begun,
            Output = OutputNameOf(video),
            OutputBefore = FileStamp.Of(output),
            Failures = record?.Failures ?? 0,
            ProgressBytes = ProgressBytes(output),
        };
        long resumed = 0;
        try
        {
            if (!isPredicted)
            {
                record = Note(record with { Hash = ContentHash.Of(video.Path) });
                Log(LogEventLevel.Info, "begin", $"'{video.Name}', attempt {record.Failures + 1}.", ("video", video.Path), ("attempt", record.Failures + 1));
                var outcome = work.Predict(video.Path, output, new Relay(state => progress(video, state)), cancellation);
                resumed = outcome.Resumed;
                record = Note(record with { Step = VideoStep.Predicted, TimeUtc = DateTime.UtcNow, OutputAfter = FileStamp.Of(output), Frames = outcome.Frames, Instances = outcome.Instances });
                if (outcome.Warning is not null)
                {
                    Log(LogEventLevel.Warning, "result", $"'{video.Name}': {outcome.Warning}", ("video", video.Path));
                }
            }

            if (settings.Overlay)
            {
                work.Draw(output, OverlayOf(output), cancellation);
            }

            record = Note(record with { Step = VideoStep.Done, TimeUtc = DateTime.UtcNow, ErrorId = null, Error = null });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Note(record with { Step = VideoStep.Stopped, TimeUtc = DateTime.UtcNow });
            Log(LogEventLevel.Info, "stop", $"'{video.Name}' was stopped; it goes on where it was the next time.", ("video", video.Path));
            throw;
        }
        catch (WatchStoppedException error)
        {
            Note(record with { Step = VideoStep.Stopped, TimeUtc = DateTime.UtcNow });
            ExceptionDispatchInfo.Throw(error.InnerException!);
        }
        catch (Exception error) when (error is not AutomationException { ErrorId: "JournalAccess" })
        {
            if (!File.Exists(video.Path))
            {
                Log(LogEventLevel.Info, "gone", $"'{video.Name}' is not there any more.", ("video", video.Path));
                return null;
            }

            if (error is not (MediaException or LabelsException))
            {
                work.Reset();
            }

            record = Note(record with
            {
                Step = VideoStep.Failed,
                TimeUtc = DateTime.UtcNow,
                Failures = record.Failures + (FullDisk.IsCauseOf(error) ? 0 : 1),
                ErrorId = IdOf(error),
                Error = error.Message,
            });
        }

        return Told(video, Result(video, record, started) with { ResumedCount = resumed });
    }

    // What a watcher that was killed had begun: finished but for the note of it, or not; and if it got nowhere, that is a failure
    // too, or a video that kills the program would kill it for ever.
    private VideoRecord? AfterInterruption(VideoRecord? record, string output)
    {
        if (record is not { Step: VideoStep.Begun or VideoStep.Predicted })
        {
            return record;
        }

        if (record.Step == VideoStep.Begun && FileStamp.Of(output) is { } written && written != record.OutputBefore)
        {
            var counted = work.Count(output);
            Log(LogEventLevel.Info, "recovered", $"'{record.Name}' had been predicted when the last watcher was killed.");
            return Note(record with { Step = VideoStep.Predicted, TimeUtc = DateTime.UtcNow, OutputAfter = written, Frames = counted.Frames, Instances = counted.Instances });
        }

        return record.Step == VideoStep.Begun && ProgressBytes(output) > record.ProgressBytes ? record : Note(record with
        {
            Step = VideoStep.Failed,
            TimeUtc = DateTime.UtcNow,
            Failures = record.Failures + 1,
            ErrorId = "Interrupted",
            Error = "The program was killed, or crashed, while it worked on this video, and had got nowhere.",
        });
    }

    private WatchedVideo Result(FoundVideo video, VideoRecord record, DateTime started)
    {
        var isDone = record.Step == VideoStep.Done;
        var output = PathOf(settings, record.Output);
        return new WatchedVideo
        {
            Path = video.Path,
            State = isDone ? WatchedVideoState.Done : record.Failures > settings.RetryCount ? WatchedVideoState.GivenUp : WatchedVideoState.Failed,
            OutputPath = record.OutputAfter is null ? null : output,
            OverlayPath = isDone && settings.Overlay ? OverlayOf(output) : null,
            FrameCount = record.Frames,
            InstanceCount = record.Instances,
            Attempt = isDone ? record.Failures + 1 : Math.Max(1, record.Failures),
            ErrorId = record.ErrorId,
            Error = record.Error,
            Started = started,
            Duration = DateTime.Now - started,
        };
    }

    private WatchedVideo Told(FoundVideo video, WatchedVideo result)
    {
        var message = result.State switch
        {
            WatchedVideoState.Done => $"{result.InstanceCount} animals in {result.FrameCount} frames{(result.ResumedCount > 0 ? $", {result.ResumedCount} of them from before" : "")}, in {result.Duration.TotalSeconds:0.0} s.",
            WatchedVideoState.Failed => $"attempt {result.Attempt} failed, it will be tried again: {result.Error}",
            _ => $"failed {result.Attempt} times and is given up; -Force tries it again: {result.Error}",
        };
        Log(
            result.State == WatchedVideoState.Done ? LogEventLevel.Info : LogEventLevel.Warning,
            result.State.ToString().ToLowerInvariant(),
            $"'{video.Name}': {message}",
            ("video", result.Path),
            ("output", result.OutputPath),
            ("attempt", result.Attempt),
            ("frames", result.State == WatchedVideoState.Done ? result.FrameCount : null),
            ("instances", result.State == WatchedVideoState.Done ? result.InstanceCount : null),
            ("resumed", result.ResumedCount > 0 ? result.ResumedCount : null),
            ("seconds", Math.Round(result.Duration.TotalSeconds, 1)),
            ("errorId", result.ErrorId),
            ("error", result.Error));
        return result;
    }

    private long ProgressBytes(string output) => FileStamp.Of(work.ProgressPath(output))?.SizeBytes ?? 0;

    private static string OverlayOf(string output) => Path.ChangeExtension(output, ".mp4");

    private static string IdOf(Exception error) => error switch
    {
        SleapException known => known.ErrorId,
        UnauthorizedAccessException => "AccessDenied",
        IOException => "FileSystemError",
        OutOfMemoryException => "OutOfMemory",
        _ => "Unexpected" + error.GetType().Name,
    };

    private void Log(LogEventLevel level, string name, string message, params (string Name, object? Value)[] fields) =>
        log(new LogEvent { Level = level, Name = name, Message = message, Fields = fields.ToDictionary(field => field.Name, field => field.Value) });

    // Names of new files only: a file that grows would ring all the time. Where the file system tells nothing, polling does.
    private FileSystemWatcher? Events(AutoResetEvent hint)
    {
        try
        {
            var watcher = new FileSystemWatcher(settings.Folder) { IncludeSubdirectories = settings.Recurse, NotifyFilter = NotifyFilters.FileName };
            watcher.Created += (_, _) => hint.Set();
            watcher.Renamed += (_, _) => hint.Set();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or PlatformNotSupportedException)
        {
            Log(LogEventLevel.Debug, "polling", $"The file system tells nothing of new files, so the folder is looked at every {settings.PollInterval.TotalSeconds:0.#} s: {error.Message}");
            return null;
        }
    }

    private void Wait(TimeSpan time, WaitHandle? hint, CancellationToken cancellation)
    {
        // Never in a whirl, and never past the next look at files that grow.
        var bounded = TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds, 0.05, Math.Max(0.05, settings.PollInterval.TotalSeconds)));
        WaitHandle[] handles = hint is null ? [cancellation.WaitHandle] : [cancellation.WaitHandle, hint];
        WaitHandle.WaitAny(handles, bounded);
        cancellation.ThrowIfCancellationRequested();
    }

    private sealed class Relay(Action<PredictionProgress> report) : IProgress<PredictionProgress>
    {
        public void Report(PredictionProgress value) => report(value);
    }
}
