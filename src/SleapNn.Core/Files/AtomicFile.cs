using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SleapNn;

/// <summary>
/// Writes files whole or not at all: the content goes to a temporary file beside the target, is flushed to the disk,
/// and takes the target's name only then. A crash, a full disk or a stop leaves the file that was there before.
/// </summary>
public static partial class AtomicFile
{
    private const string TargetKey = "SleapNn.Target";

    // What looks into every new file, such as a virus scanner, is done by then.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static readonly int[] Refusals = [unchecked((int)0x80070005), unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The target. Its folder is created when it is missing; an existing file is replaced.</param>
    /// <param name="write">Writes the content; the stream can seek. What it throws leaves the target untouched.</param>
    /// <param name="patience">How long another program may have the target open; null for two seconds.</param>
    /// <exception cref="FileInUseException">It had it open for longer.</exception>
    public static void Write(string path, Action<FileStream> write, TimeSpan? patience = null) =>
        WriteBeside(path, patience ?? UsualPatience, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            write(stream);
            stream.Flush(flushToDisk: true);
        });

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
    public static void WriteThroughPath(string path, Action<string> write) =>
        WriteBeside(path, UsualPatience, temporary =>
        {
            write(temporary);
            using var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite);
            stream.Flush(flushToDisk: true);
        });

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

    private static void WriteBeside(string path, TimeSpan patience, Action<string> write)
    {
        var target = Path.GetFullPath(path);
        var temporary = TemporaryPathFor(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            write(temporary);
            Replace(temporary, target, patience);
        }
        catch (Exception e)
        {
            // Where writing is forbidden, so is deleting; the first error is the one to be seen.
            FileRemoval.Try(temporary);
            e.Data[TargetKey] = target;
            throw;
        }
    }

    // Elsewhere than on Windows, files that are open are replaced like others.
    private static void Replace(string temporary, string target, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(RetryInterval))
        {
            try
            {
                File.Move(temporary, target, overwrite: true);
                return;
            }
            catch (Exception e) when (OperatingSystem.IsWindows() && Refusals.Contains(e.HResult) && File.Exists(target))
            {
                if (clock.Elapsed > patience)
                {
                    throw new FileInUseException(target, e);
                }
            }
        }
    }

    // The extension stays last, since codecs choose the format by it; the leading dot hides an orphan from wildcards.
    private static string TemporaryPathFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileNameWithoutExtension(target)}.{Guid.NewGuid():N}.tmp{Path.GetExtension(target)}");

    [GeneratedRegex(@"^\..+\.[0-9a-f]{32}\.tmp(\.[^.]*)?$")]
    private static partial Regex Temporary();
}
