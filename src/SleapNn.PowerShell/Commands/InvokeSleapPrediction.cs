using System.Management.Automation;
using SleapNn.Inference;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Finds animals in a video, in images or in the frames of a labels file.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SleapPrediction", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(SleapLabels))]
public sealed class InvokeSleapPrediction : SleapCmdlet
{
    private string[] paths = [];
    private bool literal;

    /// <summary>The source.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path
    {
        get => paths;
        set => (paths, literal) = (value, false);
    }

    /// <summary>The source, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath
    {
        get => paths;
        set => (paths, literal) = (value, true);
    }

    /// <summary>The models.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ModelPath", "RunPath", "FullName")]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    public string[] Model { get; set; } = [];

    /// <summary>Where to write the predictions.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Which frames of a labels file.</summary>
    [Parameter]
    public FrameSelection Frames { get; set; }

    /// <summary>Frames by number.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? FrameRange { get; set; }

    /// <summary>One video of a labels file.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? VideoIndex { get; set; }

    /// <summary>How many frames at once.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 4;

    /// <summary>Where to compute.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
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

    /// <summary>Overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var models = Model.Select(path => ResolveExistingPath(path)).ToArray();
        var sources = ResolvePaths(paths, literal);
        var output = OutputPath is null ? null : ResolveOutputPath(OutputPath);
        if (output is not null && sources.Count > 1)
        {
            throw new PredictionException("OutputForSeveral", $"There are {sources.Count} sources but one -OutputPath. Run them one by one, each with its own.", output);
        }

        if (output is not null && !Force && File.Exists(output))
        {
            throw new PredictionException("OutputExists", $"'{output}' exists. Overwrite it with -Force, or choose another -OutputPath.", output);
        }

        foreach (var source in sources)
        {
            var what = $"Predict with {string.Join(" + ", models.Select(System.IO.Path.GetFileName))}";
            if (ShouldProcess(source, output is null ? what : $"{what} and write '{output}'"))
            {
                Predict(models, source, output);
            }
        }
    }

    private void Predict(string[] models, string path, string? output)
    {
        var options = Options();
        var labels = RunPumped((pump, token) =>
        {
            using var predictor = Predictor.Load(models, options);
            pump.WriteVerbose($"{predictor.Pipeline.Kind} on {predictor.Device}, skeleton {predictor.Pipeline.Skeleton}");
            var range = FrameRange is null ? null : string.Join(',', FrameRange);
            return PredictionRun.Run(predictor, models, path, Frames, VideoIndex, range, options, Shown(pump, path), token);
        });
        if (labels.Frames.Count > 0 && labels.Frames.All(frame => frame.Instances.Count == 0))
        {
            WriteWarning(
                $"Nothing was found in any of the {labels.Frames.Count} frames of '{path}'. Look at whether the model was trained on such images (channels, size), "
                + $"whether it was trained long enough, and whether -PeakThreshold {PeakThreshold} is too high.");
        }

        if (output is not null)
        {
            LabelsFile.Save(labels, output);
            labels.FileName = output;
            WriteVerbose($"Wrote '{output}'.");
        }

        WriteObject(labels);
    }

    private IProgress<PredictionProgress> Shown(PipelinePump pump, string path)
    {
        var activity = $"Predicting on {System.IO.Path.GetFileName(path)}";
        return pump.ProgressOf<PredictionProgress>(state => WriteProgress(new ProgressRecord(
            1, activity, $"{state.FramesDone} of {state.FrameCount} frames, {state.FramesPerSecond:0.0} fps, {state.InstanceCount} animals")
        {
            PercentComplete = state.FrameCount == 0 ? 100 : 100 * state.FramesDone / state.FrameCount,
            SecondsRemaining = (int)(state.Remaining?.TotalSeconds ?? -1),
            RecordType = state.FramesDone == state.FrameCount ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        }));
    }

    private PredictionOptions Options() => new()
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
        EnsureRgb = MyInvocation.BoundParameters.ContainsKey(nameof(EnsureRgb)) ? EnsureRgb.ToBool() : null,
        EnsureGrayscale = MyInvocation.BoundParameters.ContainsKey(nameof(EnsureGrayscale)) ? EnsureGrayscale.ToBool() : null,
        MaxHeightPx = MaxHeight,
        MaxWidthPx = MaxWidth,
        CropSizePx = CropSize,
    };
}
