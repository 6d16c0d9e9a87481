namespace SleapNn.PowerShell;

/// <summary>Where the program <c>sleapnn</c> is, which runs scripts where pwsh is not installed.</summary>
internal static class HostPrograms
{
    private const string Program = "sleapnn";

    /// <summary>The program beside the module, or the one that runs this session.</summary>
    /// <param name="modulePath">The module's folder.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="ClusterException">It is at neither place (ClusterHostNotFound).</exception>
    public static string Find(string modulePath)
    {
        string[] folders = [Path.Combine(modulePath, "..", "host"), Path.Combine(modulePath, "host"), Path.Combine(modulePath, ".."), AppContext.BaseDirectory];
        return folders.Select(Inside).FirstOrDefault(path => path is not null) ?? throw new ClusterException(
            "ClusterHostNotFound",
            $"The program {Program}, which the nodes run, is not beside the module ('{Path.GetFullPath(folders[0])}'). Publish it to the shared file system (dotnet publish src/SleapNn.Host) and name it with -HostPath.",
            modulePath);
    }

    /// <summary>The program that a path means: itself, or the one in a folder.</summary>
    /// <param name="path">The full path of a file or a folder.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="ClusterException">The folder has none (ClusterHostNotFound).</exception>
    public static string In(string path) => File.Exists(path)
        ? path
        : Inside(path) ?? throw new ClusterException("ClusterHostNotFound", $"There is no program {Program} in '{path}'.", path);

    private static string? Inside(string folder) =>
        new[] { Program, $"{Program}.exe", $"{Program}.dll" }.Select(name => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
