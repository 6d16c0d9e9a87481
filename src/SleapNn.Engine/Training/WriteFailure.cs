using System.Globalization;
using SleapNn.Runtime;

namespace SleapNn.Training;

/// <summary>What is said when a run's folder cannot be written to any more: its disk is full, or writing is forbidden.</summary>
internal static class WriteFailure
{
    /// <summary>Whether an error is one of writing, also where another error wraps it.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True for an error of the disk that came while a file was written.</returns>
    public static bool Is(Exception error) => CauseOf(error) is { } cause && (FullDisk.IsCauseOf(cause) || AtomicFile.TargetOf(error) is not null);

    /// <summary>The error of the run.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="when">When it happened, in words that follow "ended".</param>
    /// <returns>It names the file, the space that is left, the checkpoint to go on from, and what to do.</returns>
    public static TrainingException Of(Exception error, string folder, string when)
    {
        var cause = CauseOf(error) ?? error;
        var file = AtomicFile.TargetOf(error) ?? folder;
        var kept = RunFolder.CheckpointToResume(folder);
        var isFull = FullDisk.IsCauseOf(cause);
        var space = FreeBytes(folder) is { } free
            ? string.Create(CultureInfo.InvariantCulture, $" Its disk has {free / 1e6:f1} MB left.")
            : "";
        return new TrainingException(
            "TrainingWriteFailed",
            $"The run ended {when}, since '{file}' cannot be written: {cause.Message.TrimEnd('.')}.{space} "
            + (kept is null ? "No checkpoint was written before. " : $"The last good checkpoint is '{kept}'. ")
            + (isFull ? "Make room on the disk" : cause is FileInUseException ? "Close it there" : "Allow writing to the folder")
            + (File.Exists(Path.Combine(folder, RunFolder.TrainingConfig)) ? $", then go on with Resume-SleapTraining '{folder}'." : ", then start again."),
            file,
            error);
    }

    private static Exception? CauseOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or UnauthorizedAccessException)
            {
                return cause;
            }
        }

        return null;
    }

    private static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A network share, or a disk that is gone.
            return null;
        }
    }
}
