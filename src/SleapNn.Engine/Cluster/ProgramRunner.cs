using System.ComponentModel;
using System.Diagnostics;

namespace SleapNn.Cluster;

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
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name; it is looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The current folder; null is this process's.</param>
    /// <param name="token">Ends the program.</param>
    /// <returns>What it wrote; null where there is no such program.</returns>
    /// <exception cref="ClusterException">It did not end in two minutes (ClusterUnreachable).</exception>
    public static ProgramResult? Run(string program, IEnumerable<string> arguments, string? folder = null, CancellationToken token = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
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
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(Limit);
            try
            {
                process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                token.ThrowIfCancellationRequested();
                throw new ClusterException("ClusterUnreachable", $"The program '{program}' did not answer in {Limit.TotalMinutes:f0} minutes. Is the cluster's controller up ('scontrol ping')?", program);
            }

            return new ProgramResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
    }
}
