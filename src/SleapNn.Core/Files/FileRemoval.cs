namespace SleapNn;

/// <summary>Removes what nobody needs any more. What may not be deleted, or is open in another program on Windows, stays.</summary>
public static class FileRemoval
{
    /// <summary>Removes a file.</summary>
    /// <param name="path">The file; it may be gone already.</param>
    /// <returns>Whether it is gone.</returns>
    public static bool Try(string path) => Try(() => File.Delete(path));

    /// <summary>Removes a folder with all that is in it, or as much of it as can be removed.</summary>
    /// <param name="path">An existing folder.</param>
    /// <returns>Whether it is gone.</returns>
    public static bool TryFolder(string path) => Try(() => Directory.Delete(path, recursive: true));

    /// <summary>Removes a folder, if nothing is in it.</summary>
    /// <param name="path">An existing folder.</param>
    /// <returns>Whether it is gone.</returns>
    public static bool TryEmptyFolder(string path) => Try(() => Directory.Delete(path));

    private static bool Try(Action remove)
    {
        try
        {
            remove();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
