using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SleapNn.Automation;

/// <summary>Finds and runs the programs of schedulers.</summary>
internal static class OtherProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Looks for a program in PATH.</summary>
    /// <param name="name">Its name, without .exe.</param>
    /// <returns>The full path, or null.</returns>
    public static string? Find(string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(path => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0));
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <returns>Its exit code and what it wrote.</returns>
    /// <exception cref="AutomationException">It is not there (SchedulerNotFound), or does not end (SchedulerFailed).</exception>
    public static (int Code, string Output, string Error) Run(string name, IReadOnlyList<string> arguments, string? input = null)
    {
        var path = Find(name) ?? throw new AutomationException("SchedulerNotFound", $"There is no program '{name}' in PATH. Choose another kind of schedule with -Kind, or install it.", name);
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended without reading; its exit code tells why.
            }

            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                throw new AutomationException("SchedulerFailed", $"'{path} {string.Join(' ', arguments)}' has not ended within {Limit.TotalSeconds:0} s.", path);
            }

            return (process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception error)
        {
            throw new AutomationException("SchedulerFailed", $"'{path}' cannot be started: {error.Message}", path, error);
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <exception cref="AutomationException">As <see cref="Run"/>, or it has failed (SchedulerFailed).</exception>
    public static string RunOrThrow(string name, IReadOnlyList<string> arguments, string? input = null)
    {
        var (code, output, error) = Run(name, arguments, input);
        return code == 0
            ? output
            : throw new AutomationException("SchedulerFailed", $"'{name} {string.Join(' ', arguments)}' has failed with exit code {code}: {(error.Trim().Length > 0 ? error : output).Trim()}", name);
    }
}
