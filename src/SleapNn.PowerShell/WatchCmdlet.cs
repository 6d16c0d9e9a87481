using System.Management.Automation;
using SleapNn.Automation;

namespace SleapNn.PowerShell;

/// <summary>The parameters that say which folder is watched and what is done with the videos in it.</summary>
public abstract class WatchCmdlet : PredictionCmdlet
{
    private const double DaySeconds = 86400;

    /// <summary>The folder to watch.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The models.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("ModelPath", "RunPath")]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>The folder of the results.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>The names of videos.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Include { get; set; } = [.. FolderScan.DefaultPatterns];

    /// <summary>The names to leave out.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] Exclude { get; set; } = [];

    /// <summary>Look below subfolders.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How long a video must have stayed as it is.</summary>
    [Parameter]
    [DurationTransformation]
    [ValidateDuration(0, DaySeconds)]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look.</summary>
    [Parameter]
    [DurationTransformation]
    [ValidateDuration(0.1, DaySeconds)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often to try again.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int RetryCount { get; set; } = 2;

    /// <summary>How long to wait before trying again.</summary>
    [Parameter]
    [DurationTransformation]
    [ValidateDuration(0, DaySeconds)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Draw a video with the poses.</summary>
    [Parameter]
    public SwitchParameter Overlay { get; set; }

    /// <summary>How far back trails reach.</summary>
    [Parameter]
    [ValidateRange(0, 100_000)]
    public int TrailFrames { get; set; }

    /// <summary>The log file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>How the log is written.</summary>
    [Parameter]
    public LogFormat LogFormat { get; set; }

    /// <summary>The largest size of a log file.</summary>
    [Parameter]
    [ValidateRange(1024, long.MaxValue)]
    public long LogMaxBytes { get; set; } = 10 << 20;

    /// <summary>The largest number of log files.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int LogMaxFiles { get; set; } = 5;

    /// <summary>What to watch, with the paths resolved.</summary>
    /// <exception cref="SleapException">There is no such folder or model.</exception>
    private protected WatchSettings Settings()
    {
        var folder = ResolveExistingPath(Path);
        if (!Directory.Exists(folder))
        {
            throw new AutomationException("FolderNotFound", $"'{folder}' is a file. Name the folder to watch; Invoke-SleapPrediction predicts on one video.", folder);
        }

        if (TrailFrames > 0 && !Overlay)
        {
            throw new PredictionException("PredictionOptionConflict", "-TrailFrames says how the video of -Overlay is drawn. Give -Overlay as well.", TrailFrames);
        }

        return new WatchSettings
        {
            Folder = folder,
            OutputFolder = OutputPath is null ? null : ResolveOutputPath(OutputPath),
            Patterns = Include,
            Excluded = Exclude,
            Recurse = Recurse,
            Overlay = Overlay,
            SettleTime = SettleTime,
            PollInterval = PollInterval,
            RetryCount = RetryCount,
            RetryDelay = RetryDelay,
        };
    }

    /// <summary>The full paths of the models.</summary>
    /// <exception cref="SleapException">One is not there.</exception>
    private protected string[] Models() => [.. Model.Select(path => ResolveExistingPath(path))];
}
