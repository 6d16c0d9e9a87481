namespace SleapNn.Tracking;

/// <summary>Chooses which instances of a frame to keep where there are more than there are animals.</summary>
internal static class Culling
{
    /// <summary>Keeps the best instances.</summary>
    /// <param name="instances">The instances of one frame.</param>
    /// <param name="count">How many to keep at most.</param>
    /// <param name="overlap">
    /// Instances of which more than this part of the box lies in the box of a better one are removed first (as long as
    /// <paramref name="count"/> are left); 0: by score alone.
    /// </param>
    /// <returns>What is kept, in the order it came.</returns>
    public static IReadOnlyList<PoseInstance> Keep(IReadOnlyList<PoseInstance> instances, int count, double overlap)
    {
        if (instances.Count <= count)
        {
            return instances;
        }

        // Among equal scores the later one is better, as in sleap-nn.
        var best = Enumerable.Range(0, instances.Count)
            .OrderByDescending(i => double.IsNaN(instances[i].Score) ? double.NegativeInfinity : instances[i].Score)
            .ThenByDescending(i => i)
            .ToList();
        var kept = overlap > 0 ? [.. WithoutOverlap(best, instances, overlap).Concat(best).Distinct().Take(count)] : best.Take(count).ToHashSet();
        return [.. instances.Where((_, i) => kept.Contains(i))];
    }

    private static IEnumerable<int> WithoutOverlap(IEnumerable<int> best, IReadOnlyList<PoseInstance> instances, double overlap)
    {
        var picked = new List<double[]>();
        foreach (var i in best)
        {
            var box = PoseFeatures.Box(PoseFeatures.PointsOf(instances[i]));
            if (picked.All(other => !(Covered(box, other) > overlap)))
            {
                picked.Add(box);
                yield return i;
            }
        }
    }

    private static double Covered(double[] box, double[] by)
    {
        var width = Math.Max(0, Math.Min(box[2], by[2]) - Math.Max(box[0], by[0]) + 1);
        var height = Math.Max(0, Math.Min(box[3], by[3]) - Math.Max(box[1], by[1]) + 1);
        return width * height / PoseScores.BoxArea(box);
    }
}
