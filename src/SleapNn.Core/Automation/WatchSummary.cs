namespace SleapNn;

/// <summary>What a single pass over a watched folder did.</summary>
public sealed record WatchSummary
{
    /// <summary>The watched folder.</summary>
    public required string Path { get; init; }

    /// <summary>The videos that were worked on, in order.</summary>
    public required IReadOnlyList<WatchedVideo> Videos { get; init; }

    /// <summary>How many of them have their results now.</summary>
    public int Done => Videos.Count(video => video.State == WatchedVideoState.Done);

    /// <summary>How many of them failed and will be tried again.</summary>
    public int Failed => Videos.Count(video => video.State == WatchedVideoState.Failed);

    /// <summary>How many videos of the folder are not tried any more because they failed too often, now or earlier.</summary>
    public int GivenUp { get; init; }

    /// <summary>How many videos had their results before.</summary>
    public int AlreadyDone { get; init; }

    /// <summary>How many videos were still growing, or appeared too late to tell.</summary>
    public int Unsettled { get; init; }

    /// <summary>When the pass started, in local time.</summary>
    public DateTime Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>For schedulers: 0 where all went well or there was nothing to do, 2 where a video that was worked on has no results.</summary>
    public int ExitCode => Videos.All(video => video.State == WatchedVideoState.Done) ? 0 : 2;

    /// <inheritdoc/>
    public override string ToString() => $"{Done} done, {Failed} failed, {GivenUp} given up, {AlreadyDone} done before, {Unsettled} not settled";
}
