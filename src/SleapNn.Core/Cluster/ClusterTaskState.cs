namespace SleapNn;

/// <summary>Where a run on a cluster stands, or where all runs of a job do.</summary>
public enum ClusterTaskState
{
    /// <summary>It waits for its turn, at first or after it was interrupted.</summary>
    Pending,

    /// <summary>A node trains it now.</summary>
    Running,

    /// <summary>Training reached its end.</summary>
    Finished,

    /// <summary>It was cancelled before its end. What was saved stays in the run's folder.</summary>
    Stopped,

    /// <summary>It ended with an error, or was killed.</summary>
    Failed,
}
