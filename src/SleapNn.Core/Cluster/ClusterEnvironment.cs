namespace SleapNn;

/// <summary>What the nodes run, and what they load before. All paths are full ones on the shared file system.</summary>
public sealed class ClusterEnvironment
{
    /// <summary>The program <c>sleapnn</c>, or its <c>sleapnn.dll</c>, which dotnet then runs.</summary>
    public required string HostPath { get; init; }

    /// <summary>The module's folder.</summary>
    public required string ModulePath { get; init; }

    /// <summary>Environment modules to load.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>An image of Apptainer or Singularity to run the program in; null runs it on the node itself.</summary>
    public string? Container { get; init; }

    /// <summary>Folders to show in the container besides those of the job, as <c>path</c> or <c>path:path inside:ro</c>.</summary>
    public IReadOnlyList<string> ContainerBinds { get; init; } = [];

    /// <summary>The device to train on; null leaves it to the configuration.</summary>
    public string? Device { get; init; }
}
