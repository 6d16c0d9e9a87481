using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Reads one pose from each stack of confidence maps.</summary>
internal static class GlobalPoses
{
    /// <summary>Takes the highest point of each map as its node's place.</summary>
    /// <param name="maps">(batch, nodes, height, width), on the CPU.</param>
    /// <param name="options">How peaks are found.</param>
    /// <param name="toFrame">Turns (x, y) in grid points of the map of sample i into pixels of the frame.</param>
    /// <returns>For each sample its points; nodes below the threshold are missing.</returns>
    public static PosePoint[][] Of(Tensor maps, PeakOptions options, Func<float, float, int, (double X, double Y)> toFrame)
    {
        using var scope = NewDisposeScope();
        var (points, values) = PeakFinding.FindGlobal(maps, options);
        var (batch, nodes) = ((int)maps.shape[0], (int)maps.shape[1]);
        var coordinates = points.contiguous().data<float>().ToArray();
        var confidences = values.contiguous().data<float>().ToArray();
        var poses = new PosePoint[batch][];
        for (var i = 0; i < batch; i++)
        {
            poses[i] = new PosePoint[nodes];
            for (var node = 0; node < nodes; node++)
            {
                var at = (i * nodes) + node;
                var (x, y) = (coordinates[2 * at], coordinates[(2 * at) + 1]);
                if (float.IsNaN(x) || float.IsNaN(y))
                {
                    poses[i][node] = PosePoint.Missing;
                }
                else
                {
                    var (frameX, frameY) = toFrame(x, y, i);
                    poses[i][node] = new PosePoint(frameX, frameY, Score: confidences[at]);
                }
            }
        }

        return poses;
    }
}
