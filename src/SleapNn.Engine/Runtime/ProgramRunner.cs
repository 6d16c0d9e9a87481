using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SleapNn.Runtime;

/// <summary>What a program wrote, and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>What it complained of, on one line.</summary>
    public string Complaint => string.Join(' ', (Error.Trim().Length > 0 ? Error : Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

/// <summary>Runs programs with lists of arguments: no shell looks at them.</summary>
internal static class ProgramRunner
{
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
    /// <param name="program">Its path, or its name, which is looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The current folder; null is this process's.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="limit">How long it may take; null for as long as it likes.</param>
    /// <param name="token">Ends the program.</param>
    /// <returns>What it wrote; null where there is no such program, or it cannot be started.</returns>
    /// <exception cref="TimeoutException">It did not end in time, and was ended.</exception>
    /// <exception cref="OperationCanceledException">It was ended as asked.</exception>
    public static ProgramResult? Run(
        string program, IEnumerable<string> arguments, string? folder = null, string? input = null, TimeSpan? limit = null, CancellationToken token = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            CreateNoWindow = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended without reading; its exit code tells why.
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(token);
            end.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
            try
            {
                process.WaitForExitAsync(end.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                token.ThrowIfCancellationRequested();
                throw new TimeoutException($"'{program}' has not ended within {limit!.Value.TotalSeconds:0} s.");
            }

            return new ProgramResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
    }
}
