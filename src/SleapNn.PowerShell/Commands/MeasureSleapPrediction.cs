using System.Management.Automation;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;

namespace SleapNn.PowerShell.Commands;

/// <summary>Measures how good predicted poses are.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SleapPrediction")]
[OutputType(typeof(EvaluationResult))]
public sealed class MeasureSleapPrediction : SleapCmdlet
{
    private SleapLabels truth = null!;

    /// <summary>The labels to compare with: a path or labels.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public object GroundTruth { get; set; } = null!;

    /// <summary>What a model predicted: paths or labels.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public object[] Prediction { get; set; } = [];

    /// <summary>How animals are paired.</summary>
    [Parameter]
    public MatchMethod MatchBy { get; set; } = MatchMethod.Auto;

    /// <summary>The OKS above which animals are paired.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MatchThreshold { get; set; }

    /// <summary>The standard deviation of the OKS, one for all nodes or one a node.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public double[] OksStddev { get; set; } = [0.025];

    /// <summary>The animals' area in pixels squared for the OKS.</summary>
    [Parameter]
    public double? OksScale { get; set; }

    /// <summary>The largest distance of paired centroids in pixels.</summary>
    [Parameter]
    public double MaxCentroidDistance { get; set; } = 50;

    /// <summary>The node that is an animal's centroid.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string? AnchorPart { get; set; }

    /// <summary>Counts predicted animals of the ground truth as truth, too.</summary>
    [Parameter]
    public SwitchParameter IncludePredicted { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => truth = Unwrap(GroundTruth) is SleapLabels labels ? labels : LabelsFile.Load(ResolveExistingPath(PathOf(GroundTruth)));

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var item in Prediction)
        {
            if (Unwrap(item) is SleapLabels labels)
            {
                Measure(labels);
                continue;
            }

            foreach (var path in ResolvePaths([PathOf(item)], literal: Unwrap(item) is FileSystemInfo))
            {
                try
                {
                    Measure(LabelsFile.Load(path));
                }
                catch (SleapException error)
                {
                    WriteError(error);
                }
            }
        }
    }

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string PathOf(object value) => Unwrap(value) switch
    {
        string path => path,
        FileSystemInfo file => file.FullName,
        var other => throw new EvaluationException(
            "EvaluationInput", $"Ground truth and predictions are paths of labels files or labels, not {other?.GetType().Name ?? "nothing"}.", other),
    };

    private void Measure(SleapLabels prediction)
    {
        var options = new EvaluationOptions
        {
            MatchBy = MatchBy,
            MatchThreshold = MatchThreshold,
            OksStddev = OksStddev,
            OksScale = OksScale,
            MaxCentroidDistancePx = MaxCentroidDistance,
            AnchorPart = AnchorPart,
            UserLabelsOnly = !IncludePredicted,
        };
        var result = Evaluator.Evaluate(truth, prediction, options, CancellationToken);
        foreach (var note in result.Notes)
        {
            WriteWarning(note);
        }

        WriteObject(result);
    }
}
