using System.ComponentModel;
using System.Diagnostics;

namespace SleapNn.PowerShell;

/// <summary>The user's text editor.</summary>
internal static class TextEditor
{
    /// <summary>The command of the editor: the given one, or that of VISUAL or EDITOR, or one that the system has.</summary>
    /// <param name="given">A command line, or null.</param>
    /// <returns>The command line.</returns>
    public static string Command(string? given) =>
        new[] { given, Environment.GetEnvironmentVariable("VISUAL"), Environment.GetEnvironmentVariable("EDITOR") }
            .FirstOrDefault(command => !string.IsNullOrWhiteSpace(command))
        ?? (OperatingSystem.IsWindows() ? "notepad.exe" : "vi");

    /// <summary>Opens a file and waits until the editor is closed.</summary>
    /// <param name="command">The editor's command line, such as <c>code --wait</c>.</param>
    /// <param name="file">The file.</param>
    /// <param name="token">Ends the editor.</param>
    /// <exception cref="ConfigException">The editor cannot be started (EditorNotFound), or it failed (EditorFailed).</exception>
    public static void Edit(string command, string file, CancellationToken token)
    {
        var parts = Split(command);
        var start = new ProcessStartInfo(parts[0]) { UseShellExecute = false };
        foreach (var part in parts.Skip(1).Append(file))
        {
            start.ArgumentList.Add(part);
        }

        try
        {
            using var editor = Process.Start(start)!;
            using var stop = token.Register(() => editor.Kill(entireProcessTree: true));
            editor.WaitForExit();
            token.ThrowIfCancellationRequested();
            if (editor.ExitCode != 0)
            {
                throw new ConfigException("EditorFailed", $"The editor '{command}' ended with the code {editor.ExitCode}, so nothing was changed. The text is in '{file}'.", file);
            }
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException)
        {
            throw new ConfigException("EditorNotFound", $"The editor '{parts[0]}' cannot be started: {e.Message}. Name another with -Editor, or in the environment variable EDITOR.", command, e);
        }
    }

    /// <summary>The parts of a command line; quotes keep spaces together.</summary>
    internal static List<string> Split(string command)
    {
        // A path with spaces that names a program needs no quotes.
        if (File.Exists(command))
        {
            return [command];
        }

        var parts = new List<string>();
        var part = "";
        var quote = '\0';
        foreach (var c in command.Trim())
        {
            if (quote == '\0' && (c is '"' or '\''))
            {
                quote = c;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (c == ' ' && quote == '\0')
            {
                parts.Add(part);
                part = "";
            }
            else
            {
                part += c;
            }
        }

        parts.Add(part);
        return [.. parts.Where(text => text.Length > 0)];
    }
}
