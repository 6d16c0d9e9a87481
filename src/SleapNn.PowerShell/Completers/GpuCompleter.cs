using SleapNn.Cluster;

namespace SleapNn.PowerShell;

/// <summary>Completes the kinds of GPU that the cluster has.</summary>
public sealed class GpuCompleter() : ClusterNameCompleter(ClusterOffers.Gpus);
