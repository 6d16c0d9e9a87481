namespace SleapNn;

/// <summary>A native library that is in use.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Path">The file that is loaded: a private copy where the library as it came cannot be loaded on this system.</param>
/// <param name="SizeBytes">The size of the file; 0 where it is gone, which does no harm to a library that is loaded.</param>
public sealed record NativeLibraryInfo(string Name, string Path, long SizeBytes)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
