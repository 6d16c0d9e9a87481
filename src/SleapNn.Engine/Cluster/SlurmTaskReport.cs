namespace SleapNn.Cluster;

/// <summary>What Slurm says of one run of a job array.</summary>
/// <param name="State">Slurm's word, such as <c>PENDING</c> or <c>OUT_OF_MEMORY</c>.</param>
/// <param name="Node">The node, or an empty text.</param>
/// <param name="Reason">Why it waits, or an empty text.</param>
internal sealed record SlurmTaskReport(string State, string Node, string Reason)
{
    /// <summary>Whether it waits, in the queue or to be put there again.</summary>
    public bool IsPending => State is "PENDING" or "CONFIGURING" or "REQUEUED" or "REQUEUE_FED" or "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" or "PREEMPTED";

    /// <summary>Whether a node works on it or tidies up after it.</summary>
    public bool IsRunning => State is "RUNNING" or "COMPLETING" or "SUSPENDED" or "STOPPED" or "RESIZING" or "SIGNALING" or "STAGE_OUT";
}
