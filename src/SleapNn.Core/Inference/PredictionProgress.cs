namespace SleapNn;

/// <summary>How far a prediction is.</summary>
/// <param name="FramesDone">Frames that are finished.</param>
/// <param name="FrameCount">Frames in all.</param>
/// <param name="FramesPerSecond">The rate so far.</param>
/// <param name="InstanceCount">Animals found so far.</param>
public sealed record PredictionProgress(int FramesDone, int FrameCount, double FramesPerSecond, int InstanceCount)
{
    /// <summary>The time that is left at the present rate; null before the first frame is done.</summary>
    public TimeSpan? Remaining => FramesPerSecond > 0 ? TimeSpan.FromSeconds((FrameCount - FramesDone) / FramesPerSecond) : null;
}
