using SleapNn.Training;

namespace SleapNn.Cluster;

/// <summary>
/// Finds out where jobs stand: from Slurm where it knows them, from the job's folder where it does not, as after a while
/// on clusters that keep no accounts, or where this machine has no squeue.
/// </summary>
public static class JobReader
{
    /// <summary>Reads a job and where its runs stand.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="token">Stops waiting for Slurm.</param>
    /// <returns>The job.</returns>
    /// <exception cref="SleapException">There is no job, its files cannot be read, or Slurm does not answer.</exception>
    public static ClusterJob Read(string folder, CancellationToken token = default)
    {
        var job = JobFolder.Read(folder);
        Refresh(job, token);
        return job;
    }

    /// <summary>Brings a job up to date.</summary>
    /// <param name="job">The job.</param>
    /// <param name="token">Stops waiting for Slurm.</param>
    /// <exception cref="SleapException">Slurm does not answer (ClusterUnreachable), or a run's log cannot be read.</exception>
    public static void Refresh(ClusterJob job, CancellationToken token = default)
    {
        if (job.HasEnded && job.Tasks.All(task => task.State == ClusterTaskState.Finished))
        {
            return;
        }

        var reports = Slurm.Ask(job.Id, token);
        foreach (var task in job.Tasks)
        {
            Refresh(task, reports?.GetValueOrDefault(task.Number), isAsked: reports is not null);
        }
    }

    private static void Refresh(ClusterTask task, SlurmTaskReport? report, bool isAsked)
    {
        var path = JobFolder.Journal(task.JobPath, task.Number);
        var journal = TaskJournal.Read(path, DateTimeOffset.UtcNow);
        (task.State, task.Reason) = StateOf(journal, report, isAsked, File.Exists(JobFolder.StopMark(task.JobPath, task.Number)));
        if (task.HasEnded && journal.Last == "begin" && File.Exists(task.LogPath))
        {
            // It was killed, and nobody noted when: not before its last words.
            journal = TaskJournal.Read(path, new DateTimeOffset(File.GetLastWriteTimeUtc(task.LogPath), TimeSpan.Zero));
        }

        task.Node = report is { IsRunning: true, Node.Length: > 0 } ? report.Node : journal.Node;
        task.Elapsed = journal.Elapsed;
        task.Attempts = journal.Attempts;
        task.ExitCode = journal.ExitCode;
        var log = File.Exists(Path.Combine(task.RunPath, TrainingLog.FileName)) ? TrainingLog.Read(task.RunPath) : [];
        task.Epochs = log.Count;
        task.TrainLoss = log.Count > 0 ? log[^1].TrainLoss : double.NaN;
        task.ValLoss = log.Count > 0 ? log[^1].ValLoss : double.NaN;
        task.BestLoss = log.Select(entry => entry.ValLoss).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
    }

    /// <summary>Where a run stands, and why.</summary>
    /// <param name="journal">What its nodes noted.</param>
    /// <param name="report">What Slurm says; null where it does not know the run.</param>
    /// <param name="isAsked">Whether Slurm was asked at all.</param>
    /// <param name="isMarked">Whether the user stopped it through Stop-SleapJob.</param>
    /// <returns>The state, and the reason or an empty text.</returns>
    internal static (ClusterTaskState State, string Reason) StateOf(TaskJournal journal, SlurmTaskReport? report, bool isAsked, bool isMarked)
    {
        if (report is { IsPending: true })
        {
            return (ClusterTaskState.Pending, report.Reason);
        }

        switch (journal.Last)
        {
            case "end" when journal.ExitCode == 0:
                return (ClusterTaskState.Finished, "");
            case "end":
                return isMarked ? (ClusterTaskState.Stopped, "") : (ClusterTaskState.Failed, journal.Note.Length > 0 ? journal.Note : $"exit code {journal.ExitCode}");
            case "requeue" when report is { IsRunning: true }:
                return (ClusterTaskState.Pending, "to go on");
            case "stop" when isMarked:
                return (ClusterTaskState.Stopped, "");
        }

        if (report is { IsRunning: true })
        {
            return (ClusterTaskState.Running, report.State == "RUNNING" ? "" : report.State);
        }

        return report?.State switch
        {
            "COMPLETED" => (ClusterTaskState.Finished, ""),
            "CANCELLED" => (ClusterTaskState.Stopped, journal.Attempts == 0 ? "before it began" : ""),
            not null => (ClusterTaskState.Failed, report.State),
            null when isMarked => (ClusterTaskState.Stopped, journal.Attempts == 0 ? "before it began" : ""),
            null => Unreported(journal, isAsked),
        };
    }

    private static (ClusterTaskState State, string Reason) Unreported(TaskJournal journal, bool isAsked) => journal.Last switch
    {
        "stop" when journal.Note.Contains("TimeLimit", StringComparison.Ordinal) => (ClusterTaskState.Failed, "TIMEOUT"),
        "stop" => (ClusterTaskState.Stopped, ""),
        "begin" when isAsked => (ClusterTaskState.Failed, "killed: out of memory, or its node was lost"),
        "begin" => (ClusterTaskState.Running, "as its folder says: there is no squeue here"),
        "requeue" when isAsked => (ClusterTaskState.Stopped, "while it waited to go on"),
        _ when isAsked => (ClusterTaskState.Stopped, "before it began"),
        _ => (ClusterTaskState.Pending, "as its folder says: there is no squeue here"),
    };
}
