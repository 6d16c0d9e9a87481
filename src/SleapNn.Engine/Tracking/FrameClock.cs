namespace SleapNn.Tracking;

/// <summary>
/// Tells time in steps between tracked frames, so that motion is followed alike where every frame was predicted and where
/// only every third was. The step is the smallest distance of two frames so far.
/// </summary>
internal sealed class FrameClock
{
    private int? last;
    private int stepFrames = int.MaxValue;
    private int time;

    /// <summary>The time of the next frame.</summary>
    /// <param name="frameIndex">The frame's position in the video; it ascends from call to call.</param>
    public int TimeOf(int frameIndex)
    {
        if (last is { } before)
        {
            var frames = Math.Max(1, frameIndex - before);
            stepFrames = Math.Min(stepFrames, frames);
            time += (int)Math.Round((double)frames / stepFrames, MidpointRounding.AwayFromZero);
        }

        last = frameIndex;
        return time;
    }
}
