using System.Management.Automation;
using SleapNn.Inference;
using SleapNn.Tracking;

namespace SleapNn.PowerShell;

/// <summary>The parameters that say how models find animals, which animals are kept, and how they are tracked.</summary>
public abstract class PredictionCmdlet : SleapCmdlet, IDynamicParameters
{
    // What sleap-nn takes where overlap is filtered and no limit is given.
    private const double DefaultMaxOverlap = 0.8;

    private Predictor? predictor;
    private string[] loaded = [];

    /// <summary>How many frames at once.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 4;

    /// <summary>Where to compute.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <summary>The smallest value of a peak.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double PeakThreshold { get; set; } = 0.2;

    /// <summary>The smallest value of a peak of a centroid model.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? CentroidThreshold { get; set; }

    /// <summary>How peaks are refined.</summary>
    [Parameter]
    public PeakRefinement Refinement { get; set; } = PeakRefinement.Integral;

    /// <summary>The side of the patch of the refinement.</summary>
    [Parameter]
    [ValidateRange(1, 101)]
    public int IntegralPatchSize { get; set; } = 5;

    /// <summary>The largest number of animals in a frame.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxInstances { get; set; }

    /// <summary>The longest unpenalised edge.</summary>
    [Parameter]
    public double MaxEdgeLengthRatio { get; set; } = 0.25;

    /// <summary>The penalty for longer edges.</summary>
    [Parameter]
    public double DistancePenaltyWeight { get; set; } = 1;

    /// <summary>Points sampled along an edge.</summary>
    [Parameter]
    [ValidateRange(2, 1000)]
    public int LinePointCount { get; set; } = 10;

    /// <summary>The smallest score of an edge.</summary>
    [Parameter]
    public double MinLineScore { get; set; } = 0.25;

    /// <summary>The smallest number of peaks of an animal.</summary>
    [Parameter]
    public double MinInstancePeaks { get; set; }

    /// <summary>Make frames RGB.</summary>
    [Parameter]
    public SwitchParameter EnsureRgb { get; set; }

    /// <summary>Make frames grey.</summary>
    [Parameter]
    public SwitchParameter EnsureGrayscale { get; set; }

    /// <summary>The height that frames are fitted to.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxHeight { get; set; }

    /// <summary>The width that frames are fitted to.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxWidth { get; set; }

    /// <summary>The side of the crop of top-down models.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? CropSize { get; set; }

    /// <summary>The factor by which frames are resized.</summary>
    [Parameter]
    public double? InputScale { get; set; }

    /// <summary>The numbers to compute with.</summary>
    [Parameter]
    public PredictionPrecision Precision { get; set; }

    /// <summary>The fewest nodes of an animal.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MinVisibleNodes { get; set; }

    /// <summary>The smallest part of the nodes of an animal.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MinVisibleNodeFraction { get; set; }

    /// <summary>The smallest mean score of an animal's nodes.</summary>
    [Parameter]
    public double MinMeanNodeScore { get; set; }

    /// <summary>The smallest score of an animal.</summary>
    [Parameter]
    public double MinInstanceScore { get; set; }

    /// <summary>The overlap at which the worse of two animals is dropped.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? MaxOverlap { get; set; }

    /// <summary>How overlap is measured.</summary>
    [Parameter]
    public OverlapMethod OverlapMethod { get; set; } = OverlapMethod.Iou;

    /// <summary>The distance below which the worse of two centroids is dropped.</summary>
    [Parameter]
    public double MinCentroidDistance { get; set; }

    /// <summary>Track the animals.</summary>
    [Parameter]
    public SwitchParameter Tracking { get; set; }

    /// <inheritdoc/>
    public object? GetDynamicParameters() => Tracking ? TrackingParameters.Create() : null;

    /// <summary>How to predict, as the parameters say.</summary>
    /// <returns>The options.</returns>
    protected PredictionOptions Options() => new()
    {
        BatchSize = BatchSize,
        Device = Device,
        Peaks = new PeakOptions { Threshold = PeakThreshold, Refinement = Refinement, IntegralPatchSize = IntegralPatchSize },
        Grouping = new GroupingOptions
        {
            MaxEdgeLengthRatio = MaxEdgeLengthRatio,
            DistancePenaltyWeight = DistancePenaltyWeight,
            LinePointCount = LinePointCount,
            MinLineScore = MinLineScore,
            MinInstancePeaks = MinInstancePeaks,
        },
        CentroidThreshold = CentroidThreshold,
        MaxInstances = MaxInstances,
        EnsureRgb = IsBound(nameof(EnsureRgb)) ? EnsureRgb.ToBool() : null,
        EnsureGrayscale = IsBound(nameof(EnsureGrayscale)) ? EnsureGrayscale.ToBool() : null,
        MaxHeightPx = MaxHeight,
        MaxWidthPx = MaxWidth,
        CropSizePx = CropSize,
        InputScale = InputScale,
        Precision = Precision,
        Filters = new FilterOptions
        {
            MinVisibleNodes = MinVisibleNodes,
            MinVisibleNodeFraction = MinVisibleNodeFraction,
            MinInstanceScore = MinInstanceScore,
            MinMeanNodeScore = MinMeanNodeScore,
            MaxOverlap = MaxOverlap ?? (IsBound(nameof(OverlapMethod)) ? DefaultMaxOverlap : null),
            OverlapMethod = OverlapMethod,
            MinCentroidDistancePx = MinCentroidDistance,
        },
    };

    /// <summary>How to track, as the parameters say.</summary>
    /// <returns>The options, or null where animals are not to be tracked.</returns>
    protected TrackingOptions? OptionsOfTracking() => Tracking ? TrackingParameters.Options(MyInvocation.BoundParameters) : null;

    /// <summary>The models, loaded once for as long as the same are asked for.</summary>
    /// <param name="models">Full paths.</param>
    /// <param name="options">How to predict.</param>
    /// <returns>The predictor, which stays this cmdlet's.</returns>
    protected Predictor Load(string[] models, PredictionOptions options)
    {
        if (predictor is null || !models.SequenceEqual(loaded))
        {
            predictor?.Dispose();
            predictor = null;
            predictor = Predictor.Load(models, options);
            loaded = models;
        }

        return predictor;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // After a stop the models may still be at work on another thread; they are left to the garbage collector then.
        if (disposing && !CancellationToken.IsCancellationRequested)
        {
            predictor?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
