namespace SleapNn.Runtime.Installing;

/// <summary>A place that packages come from: a NuGet server (protocol version 3) or a folder.</summary>
internal abstract class PackageFeed
{
    /// <summary>Its name in NuGet's configuration, or its address.</summary>
    public required string Name { get; init; }

    /// <summary>Its address or folder, without anything secret.</summary>
    public required string Address { get; init; }

    /// <summary>Whether NuGet's configuration lets a package come from here.</summary>
    public Func<string, bool> MayServe { get; init; } = _ => true;

    /// <summary>Finds a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="token">Stops.</param>
    /// <returns>Where it is; null where the feed does not have it.</returns>
    /// <exception cref="RuntimeException">The feed cannot be asked (RuntimeSourceUnreachable, RuntimeSourceDenied, RuntimeSourceInvalid).</exception>
    public abstract PackageLocation? Find(PackageIdentity package, CancellationToken token);

    /// <summary>The versions that it has of a package.</summary>
    /// <param name="id">The package's name.</param>
    /// <param name="token">Stops.</param>
    /// <returns>The versions; none where it does not know the package.</returns>
    public abstract IReadOnlyList<string> Versions(string id, CancellationToken token);

    /// <inheritdoc/>
    public override string ToString() => Name == Address ? Name : $"{Name} ({Address})";
}
