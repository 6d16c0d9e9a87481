namespace SleapNn;

/// <summary>Reads files that another process may replace meanwhile, as a training does with its log, without getting in its way.</summary>
public static class SharedFile
{
    /// <summary>Opens a file to read.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The stream; others may write, move and delete the file.</returns>
    public static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Reads a text.</summary>
    /// <param name="path">The file.</param>
    /// <returns>All of it.</returns>
    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        return reader.ReadToEnd();
    }

    /// <summary>Reads the lines of a text.</summary>
    /// <param name="path">The file.</param>
    /// <returns>All lines, in order.</returns>
    public static IReadOnlyList<string> ReadAllLines(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
