namespace SleapNn;

/// <summary>What each run of a job array asks of a Slurm cluster. What is null is left to the cluster's defaults.</summary>
public sealed class ClusterResources
{
    /// <summary>The partition, or several with commas between.</summary>
    public string? Partition { get; init; }

    /// <summary>The account to charge.</summary>
    public string? Account { get; init; }

    /// <summary>The quality of service.</summary>
    public string? Qos { get; init; }

    /// <summary>Features that the nodes must have.</summary>
    public string? Constraint { get; init; }

    /// <summary>The GPU: a number, a type or both, such as <c>1</c>, <c>a100</c>, <c>a100:1</c>. Null asks for none.</summary>
    public string? Gpu { get; init; }

    /// <summary>Processor cores.</summary>
    public int? CpuCount { get; init; }

    /// <summary>Memory, such as <c>16G</c>; a number alone counts MiB.</summary>
    public string? Memory { get; init; }

    /// <summary>How long a node may work on a run at a time.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How long before the limit a run is told to save and make room. Slurm may tell it up to a minute earlier.</summary>
    public TimeSpan SaveTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How many runs at once; null means as many as there is room for.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>Further options of sbatch, each as one text such as <c>--exclude=node03</c>.</summary>
    public IReadOnlyList<string> ExtraOptions { get; init; } = [];
}
