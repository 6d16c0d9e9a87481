namespace SleapNn.Evaluation;

/// <summary>
/// Finds which videos of two labels files are the same. A video is known by its path and by those of the videos it was
/// embedded from, since files move between machines and predictions may name either.
/// </summary>
internal static class VideoMatcher
{
    private const int MaxSourceDepth = 16;

    /// <summary>Pairs videos: first by their full path, then by how much of the end of their paths agrees.</summary>
    /// <param name="predicted">The prediction's videos.</param>
    /// <param name="truth">The ground truth's videos.</param>
    /// <returns>Pairs in the order of the prediction's videos; each video is in at most one.</returns>
    public static IReadOnlyList<(SleapVideo Predicted, SleapVideo Truth)> Match(IReadOnlyList<SleapVideo> predicted, IReadOnlyList<SleapVideo> truth)
    {
        var matched = new Dictionary<SleapVideo, SleapVideo>();
        foreach (var video in predicted)
        {
            if (Free(truth, matched).FirstOrDefault(t => CommonEnd(video, t) == int.MaxValue) is { } same)
            {
                matched[video] = same;
            }
        }

        foreach (var video in predicted.Where(p => !matched.ContainsKey(p)))
        {
            var candidates = Free(truth, matched)
                .Select(t => (Video: t, Common: CommonEnd(video, t)))
                .Where(c => c.Common > 0 && SizesAgree(video, c.Video))
                .OrderByDescending(c => c.Common)
                .Take(2)
                .ToList();
            if (candidates.Count == 1 || (candidates.Count == 2 && candidates[0].Common > candidates[1].Common))
            {
                matched[video] = candidates[0].Video;
            }
        }

        return [.. predicted.Where(matched.ContainsKey).Select(p => (p, matched[p]))];
    }

    private static IEnumerable<SleapVideo> Free(IReadOnlyList<SleapVideo> truth, Dictionary<SleapVideo, SleapVideo> matched) =>
        truth.Where(t => !matched.ContainsValue(t));

    // The number of path components that agree from the end: the most over all sources; MaxValue for the same path.
    private static int CommonEnd(SleapVideo a, SleapVideo b)
    {
        var most = 0;
        foreach (var x in WithSources(a))
        {
            foreach (var y in WithSources(b))
            {
                if (SameKind(x, y))
                {
                    most = Math.Max(most, CommonEnd(PathOf(x), PathOf(y)));
                }
            }
        }

        return most;
    }

    private static int CommonEnd(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return 0;
        }

        if (a == b)
        {
            return int.MaxValue;
        }

        var (x, y) = (a.Split('/'), b.Split('/'));
        var common = 0;
        while (common < x.Length && common < y.Length && x[^(common + 1)] == y[^(common + 1)])
        {
            common++;
        }

        return common;
    }

    private static bool SameKind(SleapVideo a, SleapVideo b) =>
        a.IsEmbedded == b.IsEmbedded
        && (a.Dataset is null || b.Dataset is null || a.Dataset == b.Dataset)
        && a.ImageFileNames.Count == b.ImageFileNames.Count
        && a.ImageFileNames.Zip(b.ImageFileNames).All(p => NameOf(p.First) == NameOf(p.Second));

    private static bool SizesAgree(SleapVideo a, SleapVideo b) =>
        (a.HeightPx is null || b.HeightPx is null || a.HeightPx == b.HeightPx)
        && (a.WidthPx is null || b.WidthPx is null || a.WidthPx == b.WidthPx);

    private static IEnumerable<SleapVideo> WithSources(SleapVideo video)
    {
        var (current, depth) = (video, 0);
        while (current is not null && depth++ < MaxSourceDepth)
        {
            yield return current;
            current = current.SourceVideo;
        }
    }

    // Labels files carry paths of other systems, so both separators count everywhere.
    private static string PathOf(SleapVideo video) =>
        (video.ImageFileNames.Count > 0 ? video.ImageFileNames[0] : video.FileName).Replace('\\', '/');

    private static string NameOf(string path) => path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
}
