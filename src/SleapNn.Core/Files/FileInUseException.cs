namespace SleapNn;

/// <summary>A file cannot be replaced, since another program has it open: Windows then refuses it.</summary>
/// <param name="path">The file.</param>
/// <param name="inner">What the system said.</param>
public sealed class FileInUseException(string path, Exception inner)
    : IOException("It is open in another program, or it may not be replaced.", inner)
{
    /// <summary>The file that stayed as it was.</summary>
    public string Path { get; } = path;
}
