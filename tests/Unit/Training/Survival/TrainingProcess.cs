using System.Diagnostics;

namespace SleapNn.Tests.Training.Survival;

/// <summary>A process of its own that trains as a user does, and can be killed.</summary>
internal static class TrainingProcess
{
    private static readonly string Root = FindRoot();

    /// <summary>Starts a run, or goes on with one.</summary>
    /// <param name="config">The configuration file.</param>
    /// <param name="folder">The run's folder.</param>
    public static Process Start(string config, string folder)
    {
        var command = File.Exists(Path.Combine(folder, "training_config.yaml"))
            ? $"Resume-SleapTraining -LiteralPath '{folder}'"
            : $"Start-SleapTraining -LiteralPath '{config}' -OutputPath '{folder}'";

        // Tests that a script starts in the background ignore Ctrl-C, and so would every process that they start.
        string[] program = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"];
        var start = new ProcessStartInfo(
            program[0],
            [.. program[1..], Path.Combine(Root, "out", "host", "sleapnn.dll"), "-NoLogo", "-Command", $"$ProgressPreference = 'SilentlyContinue'; $null = {command} -ErrorAction Stop"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLEAPNN_MODULE"] = Path.Combine(Root, "out", "SleapNn");

        // Two threads on cores that run other tests are slower than one.
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Lets a run come to its end.</summary>
    /// <exception cref="BrokenRunException">It failed.</exception>
    public static void RunToEnd(string config, string folder)
    {
        using var process = Start(config, folder);
        RequireSuccess(process);
    }

    /// <summary>Waits for the end.</summary>
    /// <exception cref="BrokenRunException">It failed.</exception>
    public static void RequireSuccess(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BrokenRunException($"The run ended with exit code {process.ExitCode}: {errors.Result} {output}");
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SleapNn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository only.");
    }
}
