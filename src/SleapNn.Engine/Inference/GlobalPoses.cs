namespace SleapNn.Inference;

/// <summary>Reads one pose from each stack of confidence maps.</summary>
internal static class GlobalPoses
{
    /// <summary>Takes the highest point of each map as its node's place.</summary>
    /// <param name="maps">The confidence maps.</param>
    /// <param name="options">How peaks are found.</param>
    /// <param name="toFrame">Turns (x, y) in grid points of the map of sample i into pixels of the frame.</param>
    /// <returns>For each sample its points; nodes below the threshold are missing.</returns>
    public static PosePoint[][] Of(MapStack maps, PeakOptions options, Func<float, float, int, (double X, double Y)> toFrame) =>
        [.. PeakFinding.FindGlobal(maps, options).Select((peaks, i) => Array.ConvertAll(peaks, peak =>
        {
            if (float.IsNaN(peak.X) || float.IsNaN(peak.Y))
            {
                return PosePoint.Missing;
            }

            var (x, y) = toFrame(peak.X, peak.Y, i);
            return new PosePoint(x, y, Score: peak.Value);
        }))];
}
