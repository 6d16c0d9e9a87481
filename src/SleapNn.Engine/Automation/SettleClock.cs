namespace SleapNn.Automation;

/// <summary>
/// Tells which files have stopped growing: those whose size and time have stayed the same for a while. It goes by its own
/// observations, since the clocks of a file server and of this computer may differ.
/// </summary>
/// <param name="settleTime">How long.</param>
internal sealed class SettleClock(TimeSpan settleTime)
{
    private Dictionary<string, (FileStamp Stamp, DateTime Since, bool HasChanged)> seen = new(StringComparer.Ordinal);

    /// <summary>Takes an observation; files that are not in it are forgotten.</summary>
    /// <param name="videos">What is there now.</param>
    /// <param name="now">The time.</param>
    public void Observe(IReadOnlyList<FoundVideo> videos, DateTime now)
    {
        var next = new Dictionary<string, (FileStamp, DateTime, bool)>(StringComparer.Ordinal);
        foreach (var video in videos)
        {
            var isKnown = seen.TryGetValue(video.Name, out var before);
            next[video.Name] = isKnown && before.Stamp == video.Stamp ? before : (video.Stamp, now, isKnown);
        }

        seen = next;
    }

    /// <summary>How long until a file has settled if it stays as it is; zero where it has.</summary>
    /// <param name="video">A file of the last observation.</param>
    /// <param name="now">The time of that observation.</param>
    public TimeSpan TimeLeft(FoundVideo video, DateTime now)
    {
        var left = settleTime - (now - seen[video.Name].Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether a file has changed since it was seen first.</summary>
    /// <param name="video">A file of the last observation.</param>
    public bool HasChanged(FoundVideo video) => seen[video.Name].HasChanged;
}
