namespace SleapNn.Automation;

/// <summary>A video in a watched folder.</summary>
/// <param name="Name">Its path relative to the folder, with slashes on all systems.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Stamp">Its size and time.</param>
public sealed record FoundVideo(string Name, string Path, FileStamp Stamp);
