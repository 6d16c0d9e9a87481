using SleapNn.Media;

namespace SleapNn.LabelFiles;

/// <summary>Counts and sizes of labels.</summary>
public static class LabelsMeasure
{
    /// <summary>The smallest crop side that sleap-nn takes by itself, in pixels.</summary>
    public const int DefaultMinCropSizePx = 100;

    /// <summary>Measures labels. A video is opened only where the labels do not know its size.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="maxStride">The maximum stride of the model's backbone.</param>
    /// <param name="paddingPx">Pixels added to the largest instance.</param>
    /// <param name="minCropSizePx">The smallest crop side.</param>
    /// <param name="onUnreadable">Told of a video whose size stays unknown, and why; it is left out of the sizes.</param>
    /// <returns>The statistics.</returns>
    public static LabelsStatistics Measure(
        SleapLabels labels,
        int maxStride = 16,
        int paddingPx = 0,
        int minCropSizePx = DefaultMinCropSizePx,
        Action<SleapVideo, MediaException>? onUnreadable = null)
    {
        var instances = labels.Frames.SelectMany(frame => frame.Instances).ToList();
        var sizes = instances.Select(SizePx).OfType<double>().Order().ToList();
        var videoSizes = labels.Videos.Select(video => SizeOf(video, onUnreadable)).ToList();
        var height = videoSizes.Max(size => size.HeightPx);
        var width = videoSizes.Max(size => size.WidthPx);
        return new LabelsStatistics
        {
            FileName = labels.FileName,
            VideoCount = labels.Videos.Count,
            MissingVideoCount = labels.Videos.Count(video => !video.FileExists),
            FrameCount = labels.Frames.Count,
            UserFrameCount = labels.Frames.Count(frame => frame.UserInstances.Any()),
            EmptyFrameCount = labels.Frames.Count(frame => frame.Instances.Count == 0),
            SuggestionCount = labels.Suggestions.Count,
            TrackCount = labels.Tracks.Count,
            SkeletonCount = labels.Skeletons.Count,
            UserInstanceCount = instances.Count(instance => instance.Kind == InstanceKind.User),
            PredictedInstanceCount = instances.Count(instance => instance.Kind == InstanceKind.Predicted),
            MaxInstancesPerFrame = labels.Frames.Select(frame => frame.UserInstances.Any() ? frame.UserInstances.Count() : frame.Instances.Count).DefaultIfEmpty().Max(),
            MinInstanceSizePx = sizes.Count > 0 ? sizes[0] : null,
            MedianInstanceSizePx = sizes.Count > 0 ? (sizes[(sizes.Count - 1) / 2] + sizes[sizes.Count / 2]) / 2 : null,
            MaxInstanceSizePx = sizes.Count > 0 ? sizes[^1] : null,
            MaxHeightPx = height,
            MaxWidthPx = width,
            MaxStride = maxStride,
            SuggestedCropSizePx = CropSizePx(labels, maxStride, paddingPx, minCropSizePx),
            SuggestedInputHeightPx = height is { } h ? PadToStride(h, maxStride) : null,
            SuggestedInputWidthPx = width is { } w ? PadToStride(w, maxStride) : null,
            Nodes = labels.Skeletons.Count > 0 ? Nodes(labels.Skeleton, instances) : [],
        };
    }

    /// <summary>
    /// The side of a square that holds every instance, a multiple of the stride (sleap-nn's <c>find_instance_crop_size</c>:
    /// a smallest side that is itself such a multiple is taken as it is).
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="maxStride">The maximum stride of the model's backbone.</param>
    /// <param name="paddingPx">Pixels added to the largest instance.</param>
    /// <param name="minCropSizePx">The smallest side; 0 for none.</param>
    /// <returns>The side in pixels.</returns>
    public static int CropSizePx(SleapLabels labels, int maxStride, int paddingPx = 0, int minCropSizePx = DefaultMinCropSizePx)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStride, 1);
        if (minCropSizePx > 0 && minCropSizePx % maxStride == 0)
        {
            return minCropSizePx;
        }

        var sizes = labels.Frames.SelectMany(frame => frame.Instances).Select(SizePx).OfType<double>().ToList();
        var longest = sizes.Count == 0 ? 0 : Math.Max(Math.Max(0, sizes.Max()), minCropSizePx - paddingPx);
        return (int)Math.Ceiling((longest + paddingPx) / maxStride) * maxStride;
    }

    /// <summary>The longer side of the largest instance's bounding box.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The length in pixels; 0 without instances.</returns>
    public static double MaxInstanceSizePx(SleapLabels labels) =>
        labels.Frames.SelectMany(frame => frame.Instances).Select(SizePx).OfType<double>().DefaultIfEmpty().Max();

    private static (int? HeightPx, int? WidthPx) SizeOf(SleapVideo video, Action<SleapVideo, MediaException>? onUnreadable)
    {
        if (video is { HeightPx: not null, WidthPx: not null })
        {
            return (video.HeightPx, video.WidthPx);
        }

        try
        {
            using var frames = FrameSource.Open(video);
            return (frames.HeightPx, frames.WidthPx);
        }
        catch (MediaException error)
        {
            onUnreadable?.Invoke(video, error);
            return (null, null);
        }
    }

    private static double? SizePx(PoseInstance instance)
    {
        var points = instance.Points.Where(point => point.HasPosition).ToList();
        return points.Count == 0 ? null : Math.Max(
            points.Max(point => point.X) - points.Min(point => point.X),
            points.Max(point => point.Y) - points.Min(point => point.Y));
    }

    private static int PadToStride(int length, int stride) => (length + stride - 1) / stride * stride;

    private static List<NodeStatistics> Nodes(Skeleton skeleton, List<PoseInstance> instances)
    {
        var own = instances.Where(instance => ReferenceEquals(instance.Skeleton, skeleton)).ToList();
        return skeleton.Nodes.Select((node, i) =>
        {
            var count = own.Count(instance => instance.Points[i] is { HasPosition: true, Visible: true });
            return new NodeStatistics(node, count, own.Count == 0 ? 0 : (double)count / own.Count);
        }).ToList();
    }
}
