namespace SleapNn.Tracking;

/// <summary>How far tracking has come.</summary>
/// <param name="FramesDone">The frames that are done.</param>
/// <param name="FrameCount">The frames in all.</param>
/// <param name="TrackCount">The tracks started so far.</param>
public sealed record TrackingProgress(int FramesDone, int FrameCount, int TrackCount);
