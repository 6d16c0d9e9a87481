using System.Management.Automation;
using SleapNn.Inference;
using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.PowerShell.Commands;

/// <summary>Finds animals in a video, in images or in the frames of a labels file.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SleapPrediction", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(SleapLabels), typeof(FileInfo))]
public sealed class InvokeSleapPrediction : PredictionCmdlet
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);

    private readonly List<string> images = [];
    private LivePrediction? live;
    private int liveCount;
    private string? written;
    private JobRequest? job;

    /// <summary>The source.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The source, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The source as an object.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public object InputObject { get; set; } = null!;

    /// <summary>The models.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Parameter(Mandatory = true, ParameterSetName = "InputObject")]
    [Alias("ModelPath", "RunPath", "FullName")]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Where to write the predictions.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Return the labels as well as writing them.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Continue a run that was stopped.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

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
    [ArgumentCompleter(typeof(VideoIndexCompleter))]
    public int? VideoIndex { get; set; }

    /// <summary>Predicts in a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        job = AsJob ? new JobRequest(this) : null;
        if (Resume && OutputPath is null)
        {
            throw new PredictionException("ResumeNeedsOutput", "A run can be continued only where its results were written: give the -OutputPath of the run that was stopped.", null);
        }

        // Options that make no sense end the pipeline before anything is read.
        Options();
        OptionsOfTracking()?.Validate();
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (job is not null)
        {
            job.Add();
            return;
        }

        if (ParameterSetName == "InputObject")
        {
            Take(InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject, PSObject.AsPSObject(InputObject));
            return;
        }

        // Images that are given together are the frames of one sequence; all else is a source of its own.
        var literal = ParameterSetName == "LiteralPath";
        var found = ResolvePaths(literal ? LiteralPath : Path, literal);
        var pictures = found.Where(FrameSource.IsImagePath).ToList();
        var sources = found.Except(pictures).Select(path => (Name: path, Open: (Func<FrameChoice, PredictionSource>)(choice => PredictionSource.OfPath(path, choice)))).ToList();
        if (pictures.Count > 0)
        {
            sources.Insert(0, (pictures[0], choice => PredictionSource.OfImages(pictures, choice)));
        }

        if (sources.Count > 1 && OutputPath is not null && !IsFolder(ResolveOutputPath(OutputPath)))
        {
            throw SeveralForOne(sources.Count);
        }

        foreach (var (name, open) in sources)
        {
            try
            {
                Predict(name, open);
            }
            catch (SleapException error)
            {
                WriteError(error);
            }
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        job?.Start();
        if (images.Count > 0)
        {
            Predict(images[0], choice => PredictionSource.OfImages(images, choice));
        }

        if (live is not null)
        {
            var output = Output("frames");
            var result = RunPumped((_, _) => live.Finish());
            Warn(result, "the frames of the pipeline");
            if (output is not null)
            {
                var left = LabelsExport.Save(result.Labels, output);
                result.Labels.FileName = output;
                result = result with { Warning = left };
            }

            Show(result, output);
        }
    }

    private static bool IsFolder(string path) => Directory.Exists(path) || System.IO.Path.EndsInDirectorySeparator(path);

    private void Take(object input, PSObject wrapped)
    {
        switch (input)
        {
            case string path:
                TakePath(ResolveExistingPath(path));
                break;
            case FileSystemInfo item:
                TakePath(item.FullName);
                break;
            case SleapLabels labels:
                Predict(labels.FileName ?? labels.ToString(), choice => PredictionSource.OfLabels(labels, labels.FileName ?? labels.ToString(), choice));
                break;
            case SleapVideo video:
                Predict(video.FileName, choice => PredictionSource.OfVideo(video, video.ToString(), choice));
                break;
            default:
                TakeFrame(PipelineFrame.Read(wrapped, liveCount));
                break;
        }
    }

    private void TakePath(string path)
    {
        if (FrameSource.IsImagePath(path))
        {
            images.Add(path);
        }
        else
        {
            Predict(path, choice => PredictionSource.OfPath(path, choice));
        }
    }

    private void TakeFrame(ImageFrame frame)
    {
        if (live is null)
        {
            if (Resume || FrameRange is not null || VideoIndex is not null || Frames != FrameSelection.All)
            {
                throw new PredictionException("FramesFromPipeline", "Frames that come down the pipeline are all predicted, once: -Resume, -FrameRange, -VideoIndex and -Frames do not apply to them.", null);
            }

            var models = Models();
            if (!ShouldProcess("frames of the pipeline", What(models, Output("frames"))))
            {
                return;
            }

            live = RunPumped((_, _) => new LivePrediction(Load(models, Options()), models, "pipeline", Options(), OptionsOfTracking()));
        }

        liveCount++;
        RunPumped((_, _) =>
        {
            live.Add(frame);
            return true;
        });
    }

    private void Predict(string name, Func<FrameChoice, PredictionSource> open)
    {
        var models = Models();
        var output = Output(name);
        if (!ShouldProcess(name, What(models, output)))
        {
            return;
        }

        var options = Options();
        var choice = new FrameChoice(Frames, VideoIndex, FrameRange is null ? null : string.Join(',', FrameRange));
        var progress = new ProgressRecord(1, $"Predicting on {System.IO.Path.GetFileName(name)}", "Loading the models");
        WriteProgress(progress);
        var result = RunPumped((pump, token) =>
        {
            var predictor = Load(models, options);
            pump.WriteVerbose($"{predictor.Pipeline.Kind} on {predictor.Device}, skeleton {predictor.Pipeline.Skeleton}");
            var run = new PredictionRun(predictor, models, open(choice), options, OptionsOfTracking());
            var shown = Shown(pump, progress);
            return output is null ? run.ToLabels(shown, token) : run.ToFile(output, Resume, PassThru, shown, token);
        });
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        Warn(result, $"'{name}'");
        Show(result, output);
    }

    private string[] Models() => [.. Model.Select(path => ResolveExistingPath(path))];

    private static string What(string[] models, string? output)
    {
        var what = $"Predict with {string.Join(" + ", models.Select(System.IO.Path.GetFileName))}";
        return output is null ? what : $"{what} and write '{output}'";
    }

    private string? Output(string name)
    {
        if (OutputPath is null)
        {
            return null;
        }

        var output = ResolveOutputPath(OutputPath);
        if (IsFolder(output))
        {
            output = System.IO.Path.Combine(output, $"{System.IO.Path.GetFileNameWithoutExtension(name)}.predictions.slp");
        }

        LabelsExport.Check(output);
        if (output == written)
        {
            throw SeveralForOne(2);
        }

        var journal = PredictionRun.JournalPath(output);
        if (!Force && !(Resume && File.Exists(journal)))
        {
            if (File.Exists(output))
            {
                throw new PredictionException("OutputExists", $"'{output}' exists. Overwrite it with -Force, or choose another -OutputPath.", output);
            }

            if (File.Exists(journal))
            {
                throw new PredictionException("PredictionUnfinished", $"A run that was stopped left what it had in '{journal}'. Continue it with -Resume, or start anew with -Force.", journal);
            }
        }

        return output;
    }

    private static PredictionException SeveralForOne(int count) =>
        new("OutputForSeveral", $"There are {count} sources or more, but -OutputPath names one file. Give a folder, or run them one by one.", null);

    private void Warn(PredictionResult result, string name)
    {
        if (result.FrameCount > 0 && result.InstanceCount == 0)
        {
            WriteWarning(
                $"Nothing was found in any of the {result.FrameCount} frames of {name}. Look at whether the model was trained on such images (channels, size), "
                + $"whether it was trained long enough, and whether -PeakThreshold {PeakThreshold} or one of the filters is too high.");
        }

        if (result.UntrackedCount > 0)
        {
            WriteWarning($"{result.UntrackedCount} animals of {name} got no track and were removed; -KeepUntracked keeps them.");
        }
    }

    private void Show(PredictionResult result, string? output)
    {
        if (result.Warning is not null)
        {
            WriteWarning(result.Warning);
        }

        if (output is null)
        {
            WriteObject(result.Labels);
            return;
        }

        written = output;
        WriteVerbose($"Wrote '{output}': {result.InstanceCount} animals in {result.FrameCount} frames{(result.ResumedCount > 0 ? $", {result.ResumedCount} of them from the run that was stopped" : "")}.");
        if (PassThru)
        {
            WriteObject(result.Labels);
        }
        else
        {
            WriteFile(output);
        }
    }

    private IProgress<PredictionProgress> Shown(PipelinePump pump, ProgressRecord record)
    {
        var last = DateTime.MinValue;
        var receiver = pump.ProgressOf<PredictionProgress>(state =>
        {
            record.StatusDescription = $"{state.FramesDone} of {state.FrameCount} frames, {state.FramesPerSecond:0.0} fps, {state.InstanceCount} animals";
            record.PercentComplete = state.FrameCount == 0 ? 100 : (int)(100L * state.FramesDone / state.FrameCount);
            record.SecondsRemaining = (int)(state.Remaining?.TotalSeconds ?? -1);
            WriteProgress(record);
        });
        return new Throttled(receiver, state =>
        {
            var isDue = state.FramesDone == state.FrameCount || DateTime.UtcNow - last >= BetweenReports;
            last = isDue ? DateTime.UtcNow : last;
            return isDue;
        });
    }

    private sealed class Throttled(IProgress<PredictionProgress> inner, Func<PredictionProgress, bool> isDue) : IProgress<PredictionProgress>
    {
        public void Report(PredictionProgress value)
        {
            if (isDue(value))
            {
                inner.Report(value);
            }
        }
    }
}
