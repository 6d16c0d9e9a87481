using System.Diagnostics;
using System.Management.Automation;
using SleapNn.LabelFiles;
using SleapNn.Tracking;

namespace SleapNn.PowerShell.Commands;

/// <summary>
/// Links the poses of labels over time. Each parameter that is named as a property of <see cref="TrackingOptions"/> sets it;
/// the defaults are there.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "SleapTracking", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(SleapLabels))]
public sealed class InvokeSleapTracking : SleapCmdlet
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);

    private string? written;

    /// <summary>The labels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapLabels InputObject { get; set; } = null!;

    /// <summary>The labels files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The labels files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The labels file to write.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Which earlier poses a new one is compared with.</summary>
    [Parameter]
    public CandidateSource Candidates { get; set; }

    /// <summary>How far is looked back.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int WindowSize { get; set; }

    /// <summary>What of a pose is compared.</summary>
    [Parameter]
    public TrackingFeature Feature { get; set; }

    /// <summary>How two poses are compared.</summary>
    [Parameter]
    public TrackingScore Score { get; set; }

    /// <summary>The spread of a node for OKS.</summary>
    [Parameter]
    public double OksStddev { get; set; }

    /// <summary>How several scores become one.</summary>
    [Parameter]
    public ScoreReduction Reduction { get; set; }

    /// <summary>The quantile of the robust reduction.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Quantile { get; set; }

    /// <summary>How poses are given to tracks.</summary>
    [Parameter]
    public TrackMatching Matching { get; set; }

    /// <summary>The largest number of tracks.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxTracks { get; set; }

    /// <summary>A track starts with more points than this.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MinNewTrackPoints { get; set; }

    /// <summary>A pose is compared with if it has more points than this.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MinMatchPoints { get; set; }

    /// <summary>How earlier poses are moved.</summary>
    [Parameter]
    public TrackMotion Motion { get; set; }

    /// <summary>The scale of images for optical flow.</summary>
    [Parameter]
    public double FlowScale { get; set; }

    /// <summary>The window of optical flow.</summary>
    [Parameter]
    [ValidateRange(3, 1000)]
    public int FlowWindowSize { get; set; }

    /// <summary>The highest pyramid level of optical flow.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int FlowMaxLevel { get; set; }

    /// <summary>What the Kalman filters follow.</summary>
    [Parameter]
    public KalmanPoints KalmanPoints { get; set; }

    /// <summary>The nodes that the Kalman filters follow.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string[] KalmanNodes { get; set; } = [];

    /// <summary>The frames before the Kalman filters are fitted.</summary>
    [Parameter]
    [ValidateRange(3, 10_000)]
    public int KalmanWarmupFrames { get; set; }

    /// <summary>The frames after which a filter is dropped.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int KalmanResetGap { get; set; }

    /// <summary>The weight of what a filter foretells.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double KalmanBlend { get; set; }

    /// <summary>The distance beyond which a position is not believed, in usual steps.</summary>
    [Parameter]
    public double KalmanGateSteps { get; set; }

    /// <summary>The least such distance.</summary>
    [Parameter]
    public double KalmanMinGatePx { get; set; }

    /// <summary>The highest speed, in usual steps.</summary>
    [Parameter]
    public double KalmanMaxSpeedSteps { get; set; }

    /// <summary>The least highest speed.</summary>
    [Parameter]
    public double KalmanMinMaxSpeedPx { get; set; }

    /// <summary>The number of animals.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TargetInstanceCount { get; set; }

    /// <summary>Removes poses beyond the number of animals before tracking.</summary>
    [Parameter]
    public SwitchParameter PreCull { get; set; }

    /// <summary>The overlap at which a worse pose goes first, before tracking.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double PreCullOverlap { get; set; }

    /// <summary>The number of poses kept after tracking.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int PostCullCount { get; set; }

    /// <summary>The overlap at which a worse pose goes first, after tracking.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double PostCullOverlap { get; set; }

    /// <summary>Joins tracks that break.</summary>
    [Parameter]
    public SwitchParameter ConnectBreaks { get; set; }

    /// <summary>Keeps poses that got no track.</summary>
    [Parameter]
    public SwitchParameter KeepUntracked { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => Options().Validate();

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == "InputObject")
        {
            Track(InputObject.FileName ?? InputObject.ToString(), () => InputObject);
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                Track(path, () => LabelsFile.Load(path));
            }
            catch (SleapException error)
            {
                WriteError(error);
            }
        }
    }

    private void Track(string name, Func<SleapLabels> load)
    {
        var output = OutputPath is null ? null : ResolveOutputPath(OutputPath);
        if (output is not null && written is not null)
        {
            throw new SleapException("OutputForSeveral", $"'{output}' holds the tracks of '{written}' already, and '{name}' cannot go there as well. Track them one by one, each with its own -OutputPath.", output);
        }

        if (output is not null)
        {
            LabelsExport.Check(output);
        }

        if (output is not null && !Force && File.Exists(output))
        {
            throw new SleapException("OutputExists", $"'{output}' exists. Overwrite it with -Force, or choose another -OutputPath.", output);
        }

        if (!ShouldProcess(name, output is null ? "Track" : $"Track and write '{output}'"))
        {
            return;
        }

        var result = Run(name, load);
        var labels = result.Labels;
        WriteVerbose($"'{name}': {labels.Tracks.Count} tracks in {labels.Frames.Count} frames; {result.CulledCount} poses removed as more than there are animals.");
        if (result.UntrackedCount > 0)
        {
            WriteWarning($"{result.UntrackedCount} poses of '{name}' got no track and were removed; -KeepUntracked keeps them.");
        }

        if (output is not null)
        {
            if (LabelsExport.Save(labels, output) is { } note)
            {
                WriteWarning(note);
            }

            labels.FileName = LabelsExport.IsLabelsFile(output) ? output : labels.FileName;
            written = name;
        }

        WriteObject(labels);
    }

    private TrackingResult Run(string name, Func<SleapLabels> load)
    {
        var options = Options();
        var record = new ProgressRecord(1, "Invoke-SleapTracking", name);
        var clock = Stopwatch.StartNew();
        var shown = TimeSpan.Zero;
        var result = RunPumped<TrackingProgress, TrackingResult>(
            (progress, token) => LabelsTracking.Track(load(), options, progress, token),
            step =>
            {
                if (clock.Elapsed - shown >= BetweenReports)
                {
                    shown = clock.Elapsed;
                    record.StatusDescription = $"{step.FramesDone} of {step.FrameCount} frames, {step.FramesDone / shown.TotalSeconds:0} fps, {step.TrackCount} tracks";
                    record.PercentComplete = 100 * step.FramesDone / Math.Max(step.FrameCount, 1);
                    record.SecondsRemaining = (int)(shown.TotalSeconds * (step.FrameCount - step.FramesDone) / Math.Max(step.FramesDone, 1));
                    WriteProgress(record);
                }
            });
        record.RecordType = ProgressRecordType.Completed;
        WriteProgress(record);
        return result;
    }

    private TrackingOptions Options() => TrackingParameters.Options(MyInvocation.BoundParameters);
}
