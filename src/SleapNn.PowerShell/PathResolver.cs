using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// Resolves PowerShell paths to file system paths. PowerShell's location is not the process's current directory, so
/// no path from a parameter may reach the file system without this.
/// </summary>
internal static class PathResolver
{
    private const string FileSystem = "FileSystem";

    /// <summary>The files and folders that a path names.</summary>
    public static IReadOnlyList<string> Existing(SessionState session, string path, bool literal)
    {
        if (literal || !WildcardPattern.ContainsWildcardCharacters(path))
        {
            var full = Unresolved(session, path);
            return Path.Exists(full) ? [full] : throw NotFound(path, full);
        }

        try
        {
            var found = session.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            RequireFileSystem(provider, path);
            return found.Count > 0 ? [.. found.Order(StringComparer.Ordinal)] : AsItIs(session, path);
        }
        catch (ItemNotFoundException)
        {
            return AsItIs(session, path);
        }
        catch (System.Management.Automation.DriveNotFoundException e)
        {
            throw NoDrive(path, e);
        }
    }

    // A name with brackets matches itself as little as anything else.
    private static IReadOnlyList<string> AsItIs(SessionState session, string path) =>
        Unresolved(session, path) is var full && Path.Exists(full) ? [full] : throw NoMatch(path);

    /// <summary>The one file or folder that a path names.</summary>
    public static string Single(SessionState session, string path, bool literal)
    {
        var asIs = Unresolved(session, path);
        if (Path.Exists(asIs))
        {
            return asIs;
        }

        var found = Existing(session, path, literal);
        return found.Count == 1
            ? found[0]
            : throw new SleapException("PathAmbiguous", $"'{path}' matches {found.Count} files or folders, but only one is expected here. Give the path of one of them.", path);
    }

    /// <summary>The full path of something that need not exist.</summary>
    public static string Unresolved(SessionState session, string path)
    {
        // Elsewhere PowerShell returns \\server\share as it is, and the file system takes it for a name in the process's own folder.
        if (!OperatingSystem.IsWindows() && path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            throw new SleapException("PathIsShare", $"'{path}' is the path of a share as Windows writes it. Mount the share on this machine and give the folder where it is mounted.", path);
        }

        try
        {
            var full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            RequireFileSystem(provider, path);
            return full;
        }
        catch (System.Management.Automation.DriveNotFoundException e)
        {
            throw NoDrive(path, e);
        }
    }

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (!string.Equals(provider.Name, FileSystem, StringComparison.OrdinalIgnoreCase))
        {
            throw new SleapException("PathNotFileSystem", $"'{path}' belongs to the provider {provider.Name}; only files and folders can be used here.", path);
        }
    }

    private static SleapException NotFound(string path, string full) =>
        new("PathNotFound", path == full
            ? $"There is no file or folder '{full}'."
            : $"There is no file or folder '{path}' (that is, '{full}').", full);

    private static SleapException NoMatch(string path) =>
        new("PathNotFound", $"Nothing matches the path '{path}'.", path);

    private static SleapException NoDrive(string path, Exception inner) =>
        new("DriveNotFound", $"The drive of the path '{path}' does not exist.", path, inner);
}
