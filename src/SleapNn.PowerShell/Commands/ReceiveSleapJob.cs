using System.Globalization;
using System.Management.Automation;
using SleapNn.Cluster;
using SleapNn.Sweeps;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Collects the finished runs of jobs on a cluster.</summary>
[Cmdlet(VerbsCommunications.Receive, "SleapJob", DefaultParameterSetName = "Id")]
[OutputType(typeof(SleapRun))]
public sealed class ReceiveSleapJob : JobCmdlet
{
    private const int ActivityId = 1;
    private const int LogLines = 20;

    private readonly List<(ClusterJob Job, int? Number)> jobs = [];

    /// <summary>The jobs' ids, or those of single runs.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Id")]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Waits until all have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long to wait at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; }

    /// <summary>How often to look.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int IntervalSeconds { get; set; } = 15;

    /// <inheritdoc/>
    protected override void Process() => jobs.AddRange(Jobs(Id));

    /// <inheritdoc/>
    protected override void End()
    {
        if (Wait)
        {
            RunPumped((pump, token) => WaitForAll(pump, token));
            WriteProgress(new ProgressRecord(ActivityId, "Waiting for the cluster", "Done") { RecordType = ProgressRecordType.Completed });
        }

        var tasks = jobs.SelectMany(Tasks).DistinctBy(task => task.Id).ToList();
        JobOutput.Write(this, Collect(tasks), _ => true);
        foreach (var task in tasks.Where(task => task.State == ClusterTaskState.Failed))
        {
            WriteError(new ErrorRecord(
                new ClusterException("ClusterRunFailed", $"{task.Name} ({task.Id}) failed{(task.Node.Length > 0 ? $" on {task.Node}" : "")}: {task.Reason}.{LastWords(task)}", task),
                "ClusterRunFailed",
                ErrorCategory.OperationStopped,
                task));
        }

        foreach (var task in tasks.Where(task => task.State == ClusterTaskState.Stopped))
        {
            WriteWarning($"{task.Name} ({task.Id}) was cancelled after {task.Epochs} epochs.");
        }

        var open = tasks.Count(task => !task.HasEnded);
        if (open > 0)
        {
            WriteWarning($"{open} of {tasks.Count} runs have not ended yet{(Wait ? $" after {TimeoutSeconds} s" : "; -Wait waits for them")}.");
        }
    }

    private List<SleapRun> Collect(List<ClusterTask> tasks)
    {
        var runs = new List<SleapRun>();
        foreach (var task in tasks.Where(task => task.State == ClusterTaskState.Finished))
        {
            try
            {
                runs.Add(RunReader.Read(task.RunPath));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }

        return runs;
    }

    private bool WaitForAll(PipelinePump pump, CancellationToken token)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var limit = TimeoutSeconds > 0 ? TimeSpan.FromSeconds(TimeoutSeconds) : TimeSpan.MaxValue;
        while (true)
        {
            var tasks = jobs.SelectMany(Tasks).ToList();
            var ended = tasks.Count(task => task.HasEnded);
            if (ended == tasks.Count || clock.Elapsed >= limit)
            {
                return ended == tasks.Count;
            }

            var running = tasks.Where(task => task.State == ClusterTaskState.Running).ToList();
            var status = string.Create(CultureInfo.InvariantCulture, $"{ended} of {tasks.Count} ended, {running.Count} running{(running.Count > 0 ? $" (epoch {running.Max(task => task.Epochs)}/{running.Max(task => task.MaxEpochs)})" : "")}");
            pump.WriteProgress(new ProgressRecord(ActivityId, "Waiting for the cluster", status) { PercentComplete = 100 * ended / tasks.Count });
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(IntervalSeconds));
            token.ThrowIfCancellationRequested();
            foreach (var job in jobs.Select(item => item.Job).DistinctBy(job => job.Path))
            {
                try
                {
                    JobReader.Refresh(job, token);
                }
                catch (ClusterException e) when (e.ErrorId == "ClusterUnreachable")
                {
                    // Controllers are restarted now and then; a night's waiting must survive it.
                    pump.WriteWarning(e.Message);
                }
            }
        }
    }

    private static string LastWords(ClusterTask task)
    {
        var error = RunStateFile.Read(task.RunPath) is (SleapRunState.Failed, { Length: > 0 } told) ? $" {told}" : "";
        try
        {
            return File.Exists(task.LogPath)
                ? $"{error} The end of its log '{task.LogPath}':\n{string.Join('\n', SharedFile.ReadAllLines(task.LogPath).TakeLast(LogLines))}"
                : $"{error} It left no log.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{error} Its log '{task.LogPath}' cannot be read: {e.Message}";
        }
    }
}
