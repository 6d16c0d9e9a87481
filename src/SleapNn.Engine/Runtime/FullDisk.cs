namespace SleapNn.Runtime;

/// <summary>Tells a full disk from other errors of writing.</summary>
internal static class FullDisk
{
    // ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether a disk was full, or a quota used up, also where another error wraps that one.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True for a full disk.</returns>
    public static bool IsCauseOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException && Codes.Contains(cause.HResult))
            {
                return true;
            }
        }

        return false;
    }
}
