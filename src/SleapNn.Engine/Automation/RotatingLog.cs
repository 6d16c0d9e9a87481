using System.Text;

namespace SleapNn.Automation;

/// <summary>
/// A log in a file. Each line is written whole and flushed to the disk, so a crash loses at most the line being written. A file
/// that would grow too large is renamed (<c>night.log</c> to <c>night.1.log</c>, that to <c>night.2.log</c> and so on) and a new
/// one begun. It is opened for each line, so that it can be read, moved or deleted meanwhile.
/// </summary>
public sealed class RotatingLog
{
    private readonly LogFormat format;
    private readonly long maxBytes;
    private readonly int maxFiles;

    /// <summary>Begins to write, or goes on with a file that is there.</summary>
    /// <param name="path">The file. Its folder is created when it is missing.</param>
    /// <param name="format">How lines are written.</param>
    /// <param name="maxBytes">The largest size of a file; a line that is longer still gets a file of its own.</param>
    /// <param name="maxFiles">How many files there may be, with the one being written; at least 1.</param>
    /// <exception cref="AutomationException">The file cannot be written (LogAccess).</exception>
    public RotatingLog(string path, LogFormat format, long maxBytes, int maxFiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFiles, 1);
        Path = System.IO.Path.GetFullPath(path);
        this.format = format;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using var stream = Open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AutomationException("LogAccess", $"The log '{Path}' cannot be written: {error.Message} Choose another with -LogPath.", Path, error);
        }
    }

    /// <summary>The file being written.</summary>
    public string Path { get; }

    /// <summary>The path of an older file.</summary>
    /// <param name="age">1 for the youngest of them.</param>
    /// <returns>The path.</returns>
    public string OlderPath(int age) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, $"{System.IO.Path.GetFileNameWithoutExtension(Path)}.{age}{System.IO.Path.GetExtension(Path)}");

    /// <summary>Writes an event.</summary>
    /// <param name="happened">The event.</param>
    /// <exception cref="IOException">The disk is full, or the file has become unwritable.</exception>
    public void Write(LogEvent happened)
    {
        var line = Encoding.UTF8.GetBytes(happened.ToLine(format) + "\n");
        var length = File.Exists(Path) ? new FileInfo(Path).Length : 0;
        if (length > 0 && length + line.Length > maxBytes)
        {
            Rotate();
        }

        using var stream = Open();
        if (stream.Length > 0)
        {
            // What a crash tore off must not swallow the line after it.
            stream.Position = stream.Length - 1;
            if (stream.ReadByte() != '\n')
            {
                line = [(byte)'\n', .. line];
            }
        }

        stream.Write(line);
        stream.Flush(flushToDisk: true);
    }

    private FileStream Open() => new(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private void Rotate()
    {
        File.Delete(maxFiles == 1 ? Path : OlderPath(maxFiles - 1));
        for (var age = maxFiles - 2; age >= 1; age--)
        {
            if (File.Exists(OlderPath(age)))
            {
                File.Move(OlderPath(age), OlderPath(age + 1), overwrite: true);
            }
        }

        if (maxFiles > 1)
        {
            File.Move(Path, OlderPath(1), overwrite: true);
        }
    }
}
