namespace SleapNn.Tests.Module;

/// <summary>Tests that change variables of the process, such as PATH: no others run meanwhile.</summary>
[CollectionDefinition(nameof(ClusterCollection), DisableParallelization = true)]
public sealed class ClusterCollection;
