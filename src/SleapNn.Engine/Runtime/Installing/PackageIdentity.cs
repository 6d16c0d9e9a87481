namespace SleapNn.Runtime.Installing;

/// <summary>A package of exactly one version.</summary>
/// <param name="Id">Its name; the case does not matter.</param>
/// <param name="Version">Its version, as NuGet normalises it.</param>
internal sealed record PackageIdentity(string Id, string Version)
{
    /// <summary>The name in lower case, as addresses and folders of feeds have it.</summary>
    public string LowerId => Id.ToLowerInvariant();

    /// <summary>The version in lower case, as addresses and folders of feeds have it.</summary>
    public string LowerVersion => Version.ToLowerInvariant();

    /// <summary>The name of the package's file.</summary>
    public string FileName => $"{LowerId}.{LowerVersion}.nupkg";

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Version}";
}
