namespace SleapNn;

/// <summary>What labels hold, and the sizes that a model for them needs.</summary>
public sealed record LabelsStatistics
{
    /// <summary>The labels file, or null.</summary>
    public string? FileName { get; init; }

    /// <summary>The number of videos.</summary>
    public int VideoCount { get; init; }

    /// <summary>The number of videos whose file is not there.</summary>
    public int MissingVideoCount { get; init; }

    /// <summary>The number of labelled frames.</summary>
    public int FrameCount { get; init; }

    /// <summary>The number of frames with an instance that a person placed.</summary>
    public int UserFrameCount { get; init; }

    /// <summary>The number of frames without an instance.</summary>
    public int EmptyFrameCount { get; init; }

    /// <summary>The number of frames suggested for labelling.</summary>
    public int SuggestionCount { get; init; }

    /// <summary>The number of tracks.</summary>
    public int TrackCount { get; init; }

    /// <summary>The number of skeletons.</summary>
    public int SkeletonCount { get; init; }

    /// <summary>The number of instances that a person placed.</summary>
    public int UserInstanceCount { get; init; }

    /// <summary>The number of instances that a model placed.</summary>
    public int PredictedInstanceCount { get; init; }

    /// <summary>The largest number of instances in one frame; where a person placed some, only those count.</summary>
    public int MaxInstancesPerFrame { get; init; }

    /// <summary>The length of the longer side of the smallest instance's bounding box in pixels; null without instances.</summary>
    public double? MinInstanceSizePx { get; init; }

    /// <summary>The median length of the longer side of the instances' bounding boxes in pixels; null without instances.</summary>
    public double? MedianInstanceSizePx { get; init; }

    /// <summary>The length of the longer side of the largest instance's bounding box in pixels; null without instances.</summary>
    public double? MaxInstanceSizePx { get; init; }

    /// <summary>The height of the highest video in pixels; null where no size is known.</summary>
    public int? MaxHeightPx { get; init; }

    /// <summary>The width of the widest video in pixels; null where no size is known.</summary>
    public int? MaxWidthPx { get; init; }

    /// <summary>The stride that the suggested sizes are a multiple of.</summary>
    public int MaxStride { get; init; }

    /// <summary>The side of a square crop that holds every instance, in pixels, as sleap-nn computes it for top-down models.</summary>
    public int SuggestedCropSizePx { get; init; }

    /// <summary>The height that a model for whole frames sees: <see cref="MaxHeightPx"/> padded to the stride.</summary>
    public int? SuggestedInputHeightPx { get; init; }

    /// <summary>The width that a model for whole frames sees: <see cref="MaxWidthPx"/> padded to the stride.</summary>
    public int? SuggestedInputWidthPx { get; init; }

    /// <summary>How often each node was placed, by the first skeleton's order.</summary>
    public IReadOnlyList<NodeStatistics> Nodes { get; init; } = [];
}
