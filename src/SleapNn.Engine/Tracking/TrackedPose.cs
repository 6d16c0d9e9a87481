using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>One pose of one frame as the tracker remembers it.</summary>
/// <param name="time">When, see <see cref="FrameClock"/>.</param>
/// <param name="points">x and y of each node, one after the other; NaN where a node is not visible.</param>
/// <param name="feature">What is compared.</param>
/// <param name="image">The frame as optical flow uses it, or null.</param>
internal sealed class TrackedPose(int time, double[] points, double[] feature, ImageFrame? image)
{
    public int Time { get; } = time;

    public double[] Points { get; } = points;

    public double[] Feature { get; } = feature;

    public ImageFrame? Image { get; } = image;

    public int VisibleCount { get; } = PoseFeatures.VisibleCount(points);

    public int? TrackId { get; set; }

    public double TrackingScore { get; set; }
}
