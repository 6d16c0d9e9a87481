namespace SleapNn;

/// <summary>A data set that <c>New-SleapDemoDataset</c> generated.</summary>
public sealed class DemoDataset
{
    /// <summary>The folder that holds the files.</summary>
    public required string Folder { get; init; }

    /// <summary>Labels to train with, with their frames embedded (<c>.pkg.slp</c>).</summary>
    public required string TrainPath { get; init; }

    /// <summary>Labels of frames that come after the training frames, with their frames embedded (<c>.pkg.slp</c>).</summary>
    public required string TestPath { get; init; }

    /// <summary>A video of what comes after the training frames; the test frames are taken from it.</summary>
    public required string VideoPath { get; init; }

    /// <summary>The truth for every frame of the video (<c>.slp</c>).</summary>
    public required string TruthPath { get; init; }

    /// <summary>The number of frames to train with.</summary>
    public required int FrameCount { get; init; }

    /// <summary>The number of frames to test with.</summary>
    public required int TestFrameCount { get; init; }

    /// <summary>The number of frames of the video.</summary>
    public required int VideoFrameCount { get; init; }

    /// <summary>The number of animals in each frame.</summary>
    public required int AnimalCount { get; init; }

    /// <summary>The height of a frame in pixels.</summary>
    public required int HeightPx { get; init; }

    /// <summary>The width of a frame in pixels.</summary>
    public required int WidthPx { get; init; }

    /// <summary>The seed that everything random came from.</summary>
    public required int Seed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Folder}: {FrameCount} + {TestFrameCount} frames of {WidthPx} x {HeightPx} pixels";
}
