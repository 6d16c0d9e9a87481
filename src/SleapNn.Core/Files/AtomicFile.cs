using System.Text.RegularExpressions;

namespace SleapNn;

/// <summary>
/// Writes files whole or not at all: the content goes to a temporary file beside the target, is flushed to the disk,
/// and takes the target's name only then. A crash, a full disk or a stop leaves the file that was there before.
/// </summary>
public static partial class AtomicFile
{
    private const string TargetKey = "SleapNn.Target";

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The target. Its folder is created when it is missing; an existing file is replaced.</param>
    /// <param name="write">Writes the content; the stream can seek. What it throws leaves the target untouched.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        var target = Path.GetFullPath(path);
        var temporary = TemporaryPathFor(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            Discard(temporary);
            e.Data[TargetKey] = target;
            throw;
        }
    }

    /// <summary>Writes a text file as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The target.</param>
    /// <param name="text">The content.</param>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Lets a library that insists on a path write a file: it writes to a temporary path beside the target that has
    /// the target's extension, which then takes the target's name.
    /// </summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the file at the path it is given.</param>
    public static void WriteThroughPath(string path, Action<string> write)
    {
        var target = Path.GetFullPath(path);
        var temporary = TemporaryPathFor(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            write(temporary);
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            Discard(temporary);
            e.Data[TargetKey] = target;
            throw;
        }
    }

    /// <summary>The file that could not be written, of an error that came out of this class, also where another error wraps it.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The full path, or null.</returns>
    public static string? TargetOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause.Data[TargetKey] is string target)
            {
                return target;
            }
        }

        return null;
    }

    /// <summary>Whether a file is what a process that was killed did not finish writing: nobody reads it, and it can be deleted.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True for the names of temporary files.</returns>
    public static bool IsUnfinished(string path) => Temporary().IsMatch(Path.GetFileName(path));

    // Where writing is forbidden, so is deleting; the first error is the one to be seen.
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    // The extension stays last, since codecs choose the format by it; the leading dot hides an orphan from wildcards.
    private static string TemporaryPathFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileNameWithoutExtension(target)}.{Guid.NewGuid():N}.tmp{Path.GetExtension(target)}");

    [GeneratedRegex(@"^\..+\.[0-9a-f]{32}\.tmp(\.[^.]*)?$")]
    private static partial Regex Temporary();
}
