using System.Management.Automation;
using SleapNn.Automation;

namespace SleapNn.PowerShell.Commands;

/// <summary>Watches a folder and predicts on the videos that appear in it, each once.</summary>
[Cmdlet(VerbsCommon.Watch, "SleapFolder", SupportsShouldProcess = true, DefaultParameterSetName = "Watch")]
[OutputType(typeof(WatchedVideo), ParameterSetName = ["Watch"])]
[OutputType(typeof(WatchSummary), ParameterSetName = ["Once"])]
public sealed class WatchSleapFolder : WatchCmdlet
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Tag = ["SleapNn"];

    private RotatingLog? file;
    private bool isFileBroken;

    /// <summary>Handle what is there, and end.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Once")]
    public SwitchParameter Once { get; set; }

    /// <summary>Handle videos again that were handled before.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        var isWhatIf = IsWhatIf();
        file = LogPath is null || isWhatIf ? null : new RotatingLog(ResolveOutputPath(LogPath), LogFormat, LogMaxBytes, LogMaxFiles);
        try
        {
            Watch(isWhatIf);
        }
        catch (SleapException error)
        {
            file?.Write(new LogEvent { Level = LogEventLevel.Error, Name = "error", Message = error.Message, Fields = new Dictionary<string, object?> { ["errorId"] = error.ErrorId } });
            throw;
        }
    }

    private void Watch(bool isWhatIf)
    {
        var settings = Settings() with { Force = Force };
        var models = Models();
        var (options, tracking) = (Options(), OptionsOfTracking());
        tracking?.Validate();
        var what = $"Predict with {string.Join(" + ", models.Select(System.IO.Path.GetFileName))}{(tracking is null ? "" : ", track")}";
        if (isWhatIf)
        {
            foreach (var (video, output) in FolderWatch.Pending(settings))
            {
                ShouldProcess(video.Path, $"{what} and write '{output}'");
            }

            return;
        }

        if (!ShouldProcess(settings.Folder, $"Watch: {what} and write into '{settings.Root}'"))
        {
            return;
        }

        var progress = new ProgressRecord(1, $"Watching {settings.Folder}", "Waiting for videos");
        var work = new VideoWork(models, options, tracking, TrailFrames);
        try
        {
            var summary = RunPumped((pump, token) => Watch(settings, work, pump, progress, token));
            progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(progress);
            WriteObject(summary);
        }
        finally
        {
            // After a stop the models may still be at work on another thread.
            if (!CancellationToken.IsCancellationRequested)
            {
                work.Dispose();
            }
        }
    }

    private WatchSummary Watch(WatchSettings settings, VideoWork work, PipelinePump pump, ProgressRecord progress, CancellationToken token)
    {
        var last = DateTime.MinValue;
        using var watch = FolderWatch.Open(settings, work, happened => Log(happened, pump), (video, state) =>
        {
            if (state.FramesDone < state.FrameCount && DateTime.UtcNow - last < BetweenReports)
            {
                return;
            }

            last = DateTime.UtcNow;
            progress.StatusDescription = $"{video.Name}: {state.FramesDone} of {state.FrameCount} frames, {state.FramesPerSecond:0.0} fps";
            progress.PercentComplete = state.FrameCount == 0 ? 100 : (int)(100L * state.FramesDone / state.FrameCount);
            pump.WriteProgress(progress);
        });
        if (Once)
        {
            return watch.RunOnce(token);
        }

        watch.Run(
            video =>
            {
                pump.WriteObject(video);
                progress.StatusDescription = "Waiting for videos";
                progress.PercentComplete = -1;
                pump.WriteProgress(progress);
            },
            token);
        throw new InvalidOperationException("A watch ends only when it is stopped.");
    }

    // Called on the worker's thread: what is in the file is there before the work goes on.
    private void Log(LogEvent happened, PipelinePump pump)
    {
        var shown = new LogEvent { Time = happened.Time, Level = happened.Level, Name = happened.Name, Message = happened.Message, Fields = happened.Fields, Format = LogFormat };
        pump.Post(() => Show(shown));
        try
        {
            if (!isFileBroken)
            {
                file?.Write(happened);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            isFileBroken = true;
            pump.WriteWarning($"The log '{file!.Path}' cannot be written any more, and the watch goes on without it: {error.Message}");
        }
    }

    private void Show(LogEvent happened)
    {
        switch (happened.Level)
        {
            case LogEventLevel.Debug:
                WriteVerbose(happened.ToString());
                break;
            case LogEventLevel.Info:
                WriteInformation(happened, Tag);
                break;
            case LogEventLevel.Warning:
                WriteWarning(happened.ToString());
                break;
            default:
                // The error itself follows, and ends it.
                break;
        }
    }

    private bool IsWhatIf() =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? (SwitchParameter)given : GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true };
}
