namespace SleapNn.Training;

/// <summary>
/// Keeps others out of a run's folder while it is trained in, by a file that is open in this process only. The system closes it
/// when the process ends, however that happens; a file that a killed process left does not keep anyone out.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>The file's name. The leading dot hides it.</summary>
    public const string FileName = ".training";

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Refusals = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream? file;

    private RunLock(string folder, FileStream? file) => (Folder, this.file) = (folder, file);

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Takes the folder for this run; null where another run has it.</summary>
    /// <param name="folder">An existing folder.</param>
    public static RunLock? TryTake(string folder)
    {
        try
        {
            return new RunLock(folder, new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (Refusals.Contains(e.HResult))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where no file can be made, the first one of the run tells so.
            return new RunLock(folder, file: null);
        }
    }

    /// <summary>Takes the folder for this run.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="TrainingException">Another run has it (TrainingRunInUse).</exception>
    public static RunLock Take(string folder) => TryTake(folder) ?? throw InUse(folder);

    /// <summary>The error of a run whose folder another one has.</summary>
    public static TrainingException InUse(string folder)
    {
        var trainer = RunStateFile.TrainerOf(folder);
        var by = trainer is { } known ? $" by process {known.ProcessId} on {known.Machine}" : "";

        // A file server may keep the lock of a machine that is gone.
        var gone = trainer is { } other && other.Machine != Environment.MachineName ? $" If that machine has crashed, delete '{Path.Combine(folder, FileName)}'." : "";
        return new TrainingException(
            "TrainingRunInUse",
            $"The run in '{folder}' is being trained{by}. Wait until it has ended, or stop it there with Ctrl-C; or choose another folder.{gone}",
            folder);
    }

    public void Dispose()
    {
        if (file is null)
        {
            return;
        }

        // Windows deletes no file that is open. Elsewhere it goes while nobody else can take it.
        if (OperatingSystem.IsWindows())
        {
            file.Dispose();
        }

        FileRemoval.Try(file.Name);
        file.Dispose();
    }
}
