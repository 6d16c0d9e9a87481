using OpenCvSharp;
using SleapNn.Media;
using SleapNn.Runtime;

namespace SleapNn.Tracking;

/// <summary>
/// Points follow the image: pyramidal Lucas-Kanade optical flow (Bouguet, "Pyramidal implementation of the affine Lucas
/// Kanade feature tracker", 2001), by OpenCV. Images keep their channels, as in sleap-nn.
/// </summary>
internal sealed class OpticalFlowMotion(TrackingOptions options) : ITrackMotion
{
    private static readonly TermCriteria Termination = new(CriteriaTypes.Eps | CriteriaTypes.Count, 30, 0.01);

    /// <inheritdoc/>
    public ImageFrame? Prepare(ImageFrame? image)
    {
        ArgumentNullException.ThrowIfNull(image);
        NativeLibraries.EnsureOpenCvLoaded();
        if (options.FlowScale == 1)
        {
            return image;
        }

        using var full = MatOf(image);
        using var scaled = new Mat();
        Cv2.Resize(full, scaled, default, options.FlowScale, options.FlowScale);
        var pixels = new byte[scaled.Rows * scaled.Cols * image.Channels];
        System.Runtime.InteropServices.Marshal.Copy(scaled.Data, pixels, 0, pixels.Length);
        return new ImageFrame(image.Index, pixels, scaled.Rows, scaled.Cols, image.Channels);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, IReadOnlyList<TrackCandidate>> Predict(ICandidateStore store, int time, ImageFrame? image)
    {
        var moved = new Dictionary<int, IReadOnlyList<TrackCandidate>>();
        foreach (var id in store.TrackIds)
        {
            moved[id] = new List<TrackCandidate>();
        }

        using var next = MatOf(image!);
        foreach (var frame in store.TrackIds.SelectMany(store.PosesOf).GroupBy(pose => pose.Image!))
        {
            if ((frame.Key.HeightPx, frame.Key.WidthPx, frame.Key.Channels) != (image!.HeightPx, image.WidthPx, image.Channels))
            {
                throw new SleapException(
                    "TrackingFrameSize",
                    $"Frame {image.Index} is {image.WidthPx} x {image.HeightPx} x {image.Channels} and frame {frame.Key.Index} is "
                    + $"{frame.Key.WidthPx} x {frame.Key.HeightPx} x {frame.Key.Channels}; optical flow needs frames of one size.");
            }

            var poses = frame.ToArray();
            using var previous = MatOf(frame.Key);
            foreach (var (pose, points) in poses.Zip(Move(previous, next, poses)))
            {
                var feature = PoseFeatures.Extract(options.Feature, points, image: null);
                ((List<TrackCandidate>)moved[pose.TrackId!.Value]).Add(new TrackCandidate(feature, pose.VisibleCount));
            }
        }

        return moved;
    }

    /// <inheritdoc/>
    public void Observe(ICandidateStore store)
    {
    }

    // The Mat looks into the array, so it must not outlive this use of it.
    private static Mat MatOf(ImageFrame image) =>
        Mat.FromPixelData(image.HeightPx, image.WidthPx, MatType.CV_8UC(image.Channels), image.Pixels);

    private IEnumerable<double[]> Move(Mat previous, Mat next, TrackedPose[] poses)
    {
        var scale = (float)options.FlowScale;
        var from = new List<Point2f>();
        foreach (var pose in poses)
        {
            for (var i = 0; i < pose.Points.Length; i += 2)
            {
                if (IsThere(pose.Points, i))
                {
                    from.Add(new Point2f((float)pose.Points[i] * scale, (float)pose.Points[i + 1] * scale));
                }
            }
        }

        var to = new Point2f[from.Count];
        var side = options.FlowWindowSize;
        Cv2.CalcOpticalFlowPyrLK(previous, next, [.. from], ref to, out var status, out _, new Size(side, side), options.FlowMaxLevel, Termination);
        var at = 0;
        foreach (var pose in poses)
        {
            var points = new double[pose.Points.Length];
            for (var i = 0; i < points.Length; i += 2)
            {
                var isFound = IsThere(pose.Points, i) && status[at] != 0;
                (points[i], points[i + 1]) = isFound ? (to[at].X / scale, to[at].Y / scale) : (double.NaN, double.NaN);
                at += IsThere(pose.Points, i) ? 1 : 0;
            }

            yield return points;
        }
    }

    private static bool IsThere(double[] points, int i) => !double.IsNaN(points[i]) && !double.IsNaN(points[i + 1]);
}
