namespace SleapNn.Automation;

/// <summary>Decides from the journal what to do with a video.</summary>
internal static class VideoDecisions
{
    /// <summary>Decides.</summary>
    /// <param name="video">The video.</param>
    /// <param name="record">The last that is known of the video of that name, or null.</param>
    /// <param name="output">The state of the labels file, or null where there is none.</param>
    /// <param name="settings">How often to try again, and when.</param>
    /// <param name="nowUtc">The time.</param>
    public static VideoDecision Decide(FoundVideo video, VideoRecord? record, FileStamp? output, WatchSettings settings, DateTime nowUtc)
    {
        if (record is null || record.Stamp != video.Stamp)
        {
            return output is null || (record is not null && record.OutputAfter == output) ? VideoDecision.Handle : VideoDecision.LeftAlone;
        }

        var isAsWeLeftIt = output is null || output == record.OutputBefore || output == record.OutputAfter;
        return record.Step switch
        {
            VideoStep.Done => VideoDecision.Done,
            VideoStep.Failed when record.Failures > settings.RetryCount => VideoDecision.GivenUp,
            VideoStep.Failed when nowUtc < record.TimeUtc + settings.RetryDelay => VideoDecision.Later,

            // Killed between writing its results and noting it: they are whole, and its own.
            VideoStep.Begun => VideoDecision.Handle,
            _ => isAsWeLeftIt ? VideoDecision.Handle : VideoDecision.LeftAlone,
        };
    }
}
