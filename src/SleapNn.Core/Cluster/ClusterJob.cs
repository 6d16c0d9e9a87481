namespace SleapNn;

/// <summary>A job array of training runs on a cluster, as its folder and the cluster told it when it was read.</summary>
public sealed class ClusterJob
{
    /// <summary>The id that the cluster gave it.</summary>
    public required string Id { get; init; }

    /// <summary>The name that the cluster's own tools show.</summary>
    public required string Name { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTime Submitted { get; init; }

    /// <summary>The job's folder, on the shared file system.</summary>
    public required string Path { get; init; }

    /// <summary>Its runs.</summary>
    public required IReadOnlyList<ClusterTask> Tasks { get; init; }

    /// <summary>
    /// Running while one of its runs does, pending while one waits; then failed where one failed, stopped where one was
    /// cancelled, and finished where all are.
    /// </summary>
    public ClusterTaskState State =>
        Count(ClusterTaskState.Running) > 0 ? ClusterTaskState.Running
        : Count(ClusterTaskState.Pending) > 0 ? ClusterTaskState.Pending
        : Count(ClusterTaskState.Failed) > 0 ? ClusterTaskState.Failed
        : Count(ClusterTaskState.Stopped) > 0 ? ClusterTaskState.Stopped
        : ClusterTaskState.Finished;

    /// <summary>How many runs wait.</summary>
    public int Pending => Count(ClusterTaskState.Pending);

    /// <summary>How many runs are being trained.</summary>
    public int Running => Count(ClusterTaskState.Running);

    /// <summary>How many runs are finished.</summary>
    public int Finished => Count(ClusterTaskState.Finished);

    /// <summary>How many runs were cancelled.</summary>
    public int Stopped => Count(ClusterTaskState.Stopped);

    /// <summary>How many runs failed.</summary>
    public int Failed => Count(ClusterTaskState.Failed);

    /// <summary>The best validation loss of its runs; NaN where none has finished an epoch.</summary>
    public double BestLoss => Tasks.Where(task => !double.IsNaN(task.BestLoss)).Select(task => task.BestLoss).DefaultIfEmpty(double.NaN).Min();

    /// <summary>Whether none of its runs will go on by itself.</summary>
    public bool HasEnded => Tasks.All(task => task.HasEnded);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Name}: {State}, {Finished} of {Tasks.Count} finished";

    private int Count(ClusterTaskState state) => Tasks.Count(task => task.State == state);
}
