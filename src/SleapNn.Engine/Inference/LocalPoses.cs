using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Reads the local peaks of multi-instance confidence maps as plain values.</summary>
internal static class LocalPoses
{
    /// <summary>Finds the local peaks of each sample.</summary>
    /// <param name="maps">(batch, nodes, height, width), on the CPU.</param>
    /// <param name="options">How peaks are found.</param>
    /// <param name="outputStride">The maps' stride in pixels of the model's input.</param>
    /// <returns>For each sample its peaks, in pixels of the model's input, in the order in which they were found.</returns>
    public static List<PafPeak>[] Of(Tensor maps, PeakOptions options, int outputStride)
    {
        var bySample = new List<PafPeak>[maps.shape[0]];
        for (var i = 0; i < bySample.Length; i++)
        {
            bySample[i] = [];
        }

        using var peaks = PeakFinding.FindLocal(maps, options);
        if (peaks.Count == 0)
        {
            return bySample;
        }

        var xy = peaks.Points.contiguous().data<float>().ToArray();
        var values = peaks.Values.contiguous().data<float>().ToArray();
        var samples = peaks.Samples.contiguous().data<long>().ToArray();
        var channels = peaks.Channels.contiguous().data<long>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            bySample[samples[i]].Add(new PafPeak(xy[2 * i] * outputStride, xy[(2 * i) + 1] * outputStride, values[i], (int)channels[i]));
        }

        return bySample;
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
