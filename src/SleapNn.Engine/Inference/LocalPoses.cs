namespace SleapNn.Inference;

/// <summary>Reads the local peaks of multi-instance confidence maps as plain values.</summary>
internal static class LocalPoses
{
    /// <summary>Finds the local peaks of each sample.</summary>
    /// <param name="maps">The confidence maps.</param>
    /// <param name="options">How peaks are found.</param>
    /// <param name="outputStride">The maps' stride in pixels of the model's input.</param>
    /// <returns>For each sample its peaks, in pixels of the model's input, in the order in which they were found.</returns>
    public static List<PafPeak>[] Of(MapStack maps, PeakOptions options, int outputStride)
    {
        var found = PeakFinding.FindLocal(maps, options);
        foreach (var peaks in found)
        {
            for (var i = 0; i < peaks.Count; i++)
            {
                peaks[i] = peaks[i] with { X = peaks[i].X * outputStride, Y = peaks[i].Y * outputStride };
            }
        }

        return found;
    }

    /// <summary>Brings poses from pixels of the model's input to those of the frame.</summary>
    /// <param name="poses">The poses.</param>
    /// <param name="input">How the frame became the input.</param>
    /// <returns>The poses in pixels of the frame.</returns>
    public static IReadOnlyList<DetectedPose> ToFrame(IEnumerable<DetectedPose> poses, StageInput input) =>
        [.. poses.Select(pose => pose with
        {
            Points = Array.ConvertAll(pose.Points, point => point with { X = input.ToFrame(point.X, 1), Y = input.ToFrame(point.Y, 1) }),
        })];

    /// <summary>Keeps the animals with the highest scores, in falling order, where there are more than allowed.</summary>
    /// <param name="poses">The animals.</param>
    /// <param name="most">The largest number, or null.</param>
    /// <returns>At most that many.</returns>
    public static IReadOnlyList<DetectedPose> Limit(IReadOnlyList<DetectedPose> poses, int? most) =>
        most is { } limit && poses.Count > limit ? [.. poses.OrderByDescending(pose => pose.Score).Take(limit)] : poses;
}
