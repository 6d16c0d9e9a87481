using System.Diagnostics;

namespace SleapNn.Tests.Training;

/// <summary>A disk of a few megabytes in memory, which can be filled and made read-only. Linux lets only root make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private string Filler => Path.Combine(Folder, "filler");

    public SmallDisk(int megabytes)
    {
        Folder = Directory.CreateTempSubdirectory("sleapnn-disk-").FullName;
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Folder))
        {
            Directory.Delete(Folder);
            throw new IOException("A disk in memory cannot be mounted.");
        }
    }

    public string Folder { get; }

    /// <summary>Why there is none here; null where there can be one.</summary>
    public static string? Absence { get; } = FindAbsence();

    /// <summary>Takes all space but a number of bytes.</summary>
    public void Fill(long leaveBytes = 0)
    {
        using var file = new FileStream(Filler, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1);
        var free = new DriveInfo(Folder).AvailableFreeSpace - leaveBytes;
        file.Seek(0, SeekOrigin.End);
        var page = new byte[4096];
        for (; free > 0; free -= page.Length)
        {
            file.Write(page);
        }
    }

    public void Free() => File.Delete(Filler);

    /// <summary>Lays the disk over itself, read-only: it cannot be changed itself while a file is open for writing.</summary>
    public void SetReadOnly(bool isReadOnly)
    {
        if (!(isReadOnly ? Run("mount", "--bind", Folder, Folder) && Run("mount", "-o", "remount,bind,ro", Folder) : Run("umount", Folder)))
        {
            throw new IOException($"The disk in memory cannot be made {(isReadOnly ? "read-only" : "writable")}.");
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static string? FindAbsence()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "A small disk in memory, to fill it, can be made by root on Linux only.";
        }

        try
        {
            new SmallDisk(1).Dispose();
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
