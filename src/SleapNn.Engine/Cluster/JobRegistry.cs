namespace SleapNn.Cluster;

/// <summary>Where this user's jobs are: a list of their folders, to find them by their ids later.</summary>
public static class JobRegistry
{
    /// <summary>The variable that names the folder of the list.</summary>
    public const string FolderVariable = "SLEAPNN_STATE";

    private const string FileName = "jobs.txt";

    private static string FilePath
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given ? Path.GetFullPath(given)
                : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "sleapnn")
                : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "sleapnn")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "sleapnn");
            return Path.Combine(folder, FileName);
        }
    }

    /// <summary>The folders of known jobs that are still there, newest first.</summary>
    /// <returns>Full paths.</returns>
    public static IReadOnlyList<string> Folders()
    {
        try
        {
            return File.Exists(FilePath) ? [.. Enumerable.Reverse(File.ReadAllLines(FilePath)).Distinct().Where(JobFolder.HoldsJob)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException("ClusterListUnreadable", $"The list of your jobs, '{FilePath}', cannot be read: {e.Message} Name the job's folder with -Path instead.", FilePath, e);
        }
    }

    /// <summary>Adds a job's folder, and drops those that are gone.</summary>
    /// <param name="folder">Its full path.</param>
    internal static void Add(string folder) =>
        AtomicFile.WriteText(FilePath, string.Concat(Folders().Reverse().Append(folder).Select(path => path + "\n")));
}
