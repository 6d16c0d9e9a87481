using System.IO.Enumeration;

namespace SleapNn.Automation;

/// <summary>Finds the videos of a folder.</summary>
public static class FolderScan
{
    /// <summary>What results are called: the video's name without its extension, and this.</summary>
    public const string ResultSuffix = ".predictions";

    /// <summary>The patterns of the files that are taken for videos.</summary>
    public static IReadOnlyList<string> DefaultPatterns { get; } =
        ["*.mp4", "*.avi", "*.mov", "*.mkv", "*.m4v", "*.mpg", "*.mpeg", "*.wmv", "*.webm", "*.mts"];

    /// <summary>
    /// Lists videos, the oldest first. Hidden files, links to folders, what this module writes, and folders that may not be read
    /// are left out.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="patterns">Names with <c>*</c> and <c>?</c>; upper and lower case do not matter.</param>
    /// <param name="excluded">Patterns of names, or of paths relative to the folder, that are left out.</param>
    /// <param name="recurse">Whether to look below subfolders.</param>
    /// <returns>The videos.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<FoundVideo> Find(string folder, IReadOnlyList<string> patterns, IReadOnlyList<string> excluded, bool recurse)
    {
        var root = Path.GetFullPath(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = recurse, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        var files = new FileSystemEnumerable<FoundVideo>(root, (ref FileSystemEntry entry) => Describe(root, ref entry), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsVideo(entry.FileName, patterns),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.FileName[0] != '.',
        };
        return [.. files
            .Where(video => !excluded.Any(pattern => Matches(pattern, Path.GetFileName(video.Path)) || Matches(pattern, video.Name)))
            .OrderBy(video => video.Stamp.ModifiedUtc)
            .ThenBy(video => video.Name, StringComparer.Ordinal)];
    }

    private static FoundVideo Describe(string root, ref FileSystemEntry entry)
    {
        var path = entry.ToFullPath();

        // A directory's copy of size and time may lag behind the file's own on Windows.
        var stamp = FileStamp.Of(path) ?? new FileStamp(entry.Length, entry.LastWriteTimeUtc.UtcDateTime);
        return new FoundVideo(Path.GetRelativePath(root, path).Replace('\\', '/'), path, stamp);
    }

    private static bool IsVideo(ReadOnlySpan<char> name, IReadOnlyList<string> patterns)
    {
        if (name[0] == '.' || Path.GetFileNameWithoutExtension(name).EndsWith(ResultSuffix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern.Replace('\\', '/'), name, ignoreCase: true);
}
