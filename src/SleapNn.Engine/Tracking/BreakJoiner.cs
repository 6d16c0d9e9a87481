namespace SleapNn.Tracking;

/// <summary>
/// Joins tracks that break: where exactly one track is missing and exactly one new one appears in a frame, the new one
/// goes on as the missing one, in this frame and later ones.
/// </summary>
internal sealed class BreakJoiner
{
    private readonly Dictionary<Track, Track> joined = [];
    private HashSet<Track>? expected;

    /// <summary>Changes the tracks of a frame's instances.</summary>
    /// <param name="instances">The frame's instances, as the tracker left them.</param>
    /// <param name="isLive">Whether the tracker can still use a track.</param>
    public void Join(IReadOnlyList<PoseInstance> instances, Func<Track, bool> isLive)
    {
        foreach (var over in joined.Keys.Where(track => !isLive(track)).ToList())
        {
            joined.Remove(over);
        }

        var present = TracksOf(instances);
        expected ??= present;
        foreach (var instance in instances)
        {
            if (instance.Track is { } track && joined.TryGetValue(track, out var earlier) && !present.Contains(earlier))
            {
                instance.Track = earlier;
                present = TracksOf(instances);
            }
        }

        var extra = present.Except(expected).ToList();
        var missing = expected.Except(present).ToList();
        if (extra.Count == 1 && missing.Count == 1)
        {
            joined[extra[0]] = missing[0];
            instances.First(instance => instance.Track == extra[0]).Track = missing[0];
        }
        else if (present.Count >= expected.Count)
        {
            expected = present;
        }
    }

    private static HashSet<Track> TracksOf(IReadOnlyList<PoseInstance> instances) => [.. instances.Select(i => i.Track).OfType<Track>()];
}
