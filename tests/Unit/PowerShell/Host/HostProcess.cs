using System.Diagnostics;

namespace SleapNn.Tests.Host;

/// <summary>Runs the host program in a process of its own.</summary>
internal static class HostProcess
{
    public static string Program { get; } = Path.Combine(Module.ModuleFixture.RepositoryRoot, "out", "host", "sleapnn.dll");

    public static HostRun Run(params string[] arguments) => RunWithInput(null, arguments);

    public static HostRun RunWithInput(string? input, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromMinutes(6)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The host did not end: {string.Join(' ', arguments)}");
        }

        return new HostRun(process.ExitCode, output.Result, error.Result);
    }

    public static Process Start(params string[] arguments)
    {
        string[] command = IgnoresInterrupt() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(command[0], [.. command[1..], Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLEAPNN_MODULE"] = Module.ModuleFixture.ModuleFolder;
        return Process.Start(start)!;
    }

    // Tests started in the background by a script ignore Ctrl-C, and so would every process that they start.
    private static bool IgnoresInterrupt() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (ulong.Parse(line.AsSpan(7).Trim(), System.Globalization.NumberStyles.HexNumber) & 2) != 0;
}

internal sealed record HostRun(int ExitCode, string Output, string Error);
