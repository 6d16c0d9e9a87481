namespace SleapNn.LabelFiles;

/// <summary>Where to look for videos that are no longer where a labels file says.</summary>
public sealed record VideoPathOptions
{
    /// <summary>Folders to look in first; a video is found there by the end of its path (a.mp4, day1/a.mp4, …).</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>
    /// Replacements, tried before anything else: a whole path, a leading folder, or a bare file name, and what to put
    /// in its place.
    /// </summary>
    public IReadOnlyDictionary<string, string> Replacements { get; init; } = new Dictionary<string, string>();
}
