namespace SleapNn;

/// <summary>What became of a video in a watched folder.</summary>
public sealed record WatchedVideo
{
    /// <summary>The video's full path.</summary>
    public required string Path { get; init; }

    /// <summary>The video's file name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>How it ended.</summary>
    public required WatchedVideoState State { get; init; }

    /// <summary>The labels file with the predictions; null where there is none.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The video with the poses drawn in; null where none was asked for.</summary>
    public string? OverlayPath { get; init; }

    /// <summary>How many frames were predicted, those of stopped attempts included.</summary>
    public long FrameCount { get; init; }

    /// <summary>How many animals were found in them.</summary>
    public long InstanceCount { get; init; }

    /// <summary>How many of the frames an attempt that was stopped or killed had predicted before.</summary>
    public long ResumedCount { get; init; }

    /// <summary>The number of this attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The stable identifier of the error; null where it went well.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What went wrong; null where it went well.</summary>
    public string? Error { get; init; }

    /// <summary>When the attempt started, in local time.</summary>
    public DateTime Started { get; init; }

    /// <summary>How long the attempt took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Frames a second of this attempt.</summary>
    public double FramesPerSecond => Duration > TimeSpan.Zero ? (FrameCount - ResumedCount) / Duration.TotalSeconds : 0;

    /// <inheritdoc/>
    public override string ToString() => State == WatchedVideoState.Done
        ? $"{Name}: {InstanceCount} animals in {FrameCount} frames"
        : $"{Name}: {State} (attempt {Attempt}): {Error}";
}
