namespace SleapNn;

/// <summary>How a prediction is run.</summary>
public sealed record PredictionOptions
{
    /// <summary>How many frames go through the model at once. Default: 4.</summary>
    public int BatchSize
    {
        get;
        init => field = value is >= 1 and <= 4096 ? value : throw Invalid(nameof(BatchSize), "from 1 to 4096", value);
    } = 4;

    /// <summary>Where to compute: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Default: auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>How peaks are found.</summary>
    public PeakOptions Peaks { get; init; } = new();

    /// <summary>The peak threshold of the centroid model of a top-down pair; null: that of <see cref="Peaks"/>.</summary>
    public double? CentroidThreshold
    {
        get;
        init => field = value is null ? null : new PeakOptions { Threshold = value.Value }.Threshold;
    }

    /// <summary>How the peaks of a centroid model are found.</summary>
    public PeakOptions CentroidPeaks => CentroidThreshold is { } threshold ? Peaks with { Threshold = threshold } : Peaks;

    /// <summary>How peaks are joined into animals along part affinity fields.</summary>
    public GroupingOptions Grouping { get; init; } = new();

    /// <summary>The largest number of animals in a frame; those with the highest scores stay. Null: no limit.</summary>
    public int? MaxInstances
    {
        get;
        init => field = value is null or >= 1 ? value : throw Invalid(nameof(MaxInstances), "at least 1", value.Value);
    }

    /// <summary>Whether frames become RGB; null: as the model was trained.</summary>
    public bool? EnsureRgb { get; init; }

    /// <summary>Whether frames become grey; null: as the model was trained.</summary>
    public bool? EnsureGrayscale { get; init; }

    /// <summary>The height that frames are fitted to; null: as the model was trained.</summary>
    public int? MaxHeightPx
    {
        get;
        init => field = value is null or >= 1 ? value : throw Invalid(nameof(MaxHeightPx), "at least 1", value.Value);
    }

    /// <summary>The width that frames are fitted to; null: as the model was trained.</summary>
    public int? MaxWidthPx
    {
        get;
        init => field = value is null or >= 1 ? value : throw Invalid(nameof(MaxWidthPx), "at least 1", value.Value);
    }

    /// <summary>The factor by which frames are resized for the model; null: as the model was trained.</summary>
    public double? InputScale
    {
        get;
        init => field = value is null or (> 0 and <= 16)
            ? value
            : throw new PredictionException("PredictionOptionOutOfRange", $"InputScale must be above 0 and at most 16, but is {value}.", value);
    }

    /// <summary>The numbers that the models compute with. Default: 32 bits; fewer only on a CUDA device.</summary>
    public PredictionPrecision Precision { get; init; }

    /// <summary>Which of the animals found are kept.</summary>
    public FilterOptions Filters { get; init; } = new();

    /// <summary>The side of the crop around each animal in top-down models; null: as the model was trained.</summary>
    public int? CropSizePx
    {
        get;
        init => field = value is null or >= 1 ? value : throw Invalid(nameof(CropSizePx), "at least 1", value.Value);
    }

    private static PredictionException Invalid(string name, string allowed, int value) =>
        new("PredictionOptionOutOfRange", $"{name} must be {allowed}, but is {value}.", value);
}
