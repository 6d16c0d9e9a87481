namespace SleapNn.Automation;

/// <summary>A file to be written.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Content">Its text.</param>
public sealed record PlannedFile(string Path, string Content)
{
    /// <summary>Whether it is written as UTF-16, which the Windows Task Scheduler asks for, and not as UTF-8.</summary>
    public bool IsUtf16 { get; init; }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write()
    {
        var encoding = IsUtf16 ? System.Text.Encoding.Unicode : new System.Text.UTF8Encoding(false);
        AtomicFile.Write(Path, stream => stream.Write([.. encoding.GetPreamble(), .. encoding.GetBytes(Content)]));
    }
}
