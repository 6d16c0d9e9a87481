namespace SleapNn.LabelFiles;

/// <summary>Finds videos that have moved since a labels file was written, perhaps on another operating system.</summary>
public static class VideoPaths
{
    private const int AncestorsSearched = 3;
    private const int LongestTail = 8;

    /// <summary>
    /// Finds a file: by the replacements and roots given, then at its exact path, beside the labels file, and under the
    /// labels file's folder (or up to three folders above it) by the end of its path.
    /// </summary>
    /// <param name="stored">The path as the labels file has it, with either kind of slash.</param>
    /// <param name="labelsPath">The labels file.</param>
    /// <param name="options">Where else to look.</param>
    /// <returns>The path of a file that is there, or <paramref name="stored"/> where there is none.</returns>
    public static string Resolve(string stored, string labelsPath, VideoPathOptions? options = null)
    {
        var path = stored.Replace('\\', '/');
        return path.Length == 0 || path.Contains('\0') ? stored : Candidates(path, labelsPath, options ?? new()).FirstOrDefault(File.Exists)?.Replace('/', Path.DirectorySeparatorChar) ?? stored;
    }

    private static IEnumerable<string> Candidates(string path, string labelsPath, VideoPathOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(labelsPath))!;
        var tails = Tails(path);
        foreach (var (from, to) in options.Replacements)
        {
            if (Replace(path, from.Replace('\\', '/'), to) is { } replaced)
            {
                yield return replaced;
            }
        }

        foreach (var candidate in options.Roots.SelectMany(root => tails.Select(tail => Path.Combine(root, tail))))
        {
            yield return candidate;
        }

        if (Path.IsPathRooted(path))
        {
            yield return path;
        }
        else
        {
            yield return Path.Combine(folder, path);
            yield return Path.GetFullPath(path);
        }

        yield return Path.Combine(folder, tails[^1]);
        var ancestor = folder;
        for (var i = 0; i <= AncestorsSearched && ancestor is not null; i++)
        {
            // A bare name is only trusted beside the labels file: further away it could be another animal's video.
            foreach (var tail in tails.Where(tail => tail.Contains('/')))
            {
                yield return Path.Combine(ancestor, tail);
            }

            ancestor = Path.GetDirectoryName(ancestor);
        }
    }

    // Longest first, without the root: "proj/day1/a.mp4", "day1/a.mp4", "a.mp4".
    private static List<string> Tails(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not "." and not ".." && !part.EndsWith(':')).ToArray();
        return parts.Length == 0
            ? [path]
            : Enumerable.Range(Math.Max(0, parts.Length - LongestTail), Math.Min(parts.Length, LongestTail)).Select(i => string.Join('/', parts[i..])).ToList();
    }

    private static string? Replace(string path, string from, string to)
    {
        if (path == from || !from.Contains('/') && path.EndsWith("/" + from, StringComparison.Ordinal))
        {
            return to;
        }

        var prefix = from.TrimEnd('/') + "/";
        return path.StartsWith(prefix, StringComparison.Ordinal) ? Path.Combine(to, path[prefix.Length..]) : null;
    }
}
