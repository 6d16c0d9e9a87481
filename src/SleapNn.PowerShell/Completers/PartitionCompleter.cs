using SleapNn.Cluster;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of the cluster's partitions.</summary>
public sealed class PartitionCompleter() : ClusterNameCompleter(ClusterOffers.Partitions);
