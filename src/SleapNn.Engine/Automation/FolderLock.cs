namespace SleapNn.Automation;

/// <summary>
/// Keeps a second watcher away. The system holds the lock, for as long as the process lives: what a crash leaves behind is a
/// file that nobody has locked. The file stays, since a lock that is deleted under those who wait for it becomes two.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream stream;

    private FolderLock(FileStream stream) => this.stream = stream;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock's file.</param>
    /// <returns>The lock, or null where another process, or another watcher of this one, has it.</returns>
    public static FolderLock? TryTake(string path)
    {
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
