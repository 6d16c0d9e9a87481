namespace SleapNn.Tasks;

/// <summary>
/// Runs the tests of clusters on a real Slurm of one machine, which it starts for them in a folder of its own and ends
/// afterwards. Where Slurm is not installed, it installs Debian's; where that cannot be, it says why and skips the tests.
/// </summary>
internal static class SlurmTask
{
    private const string Project = "tests/Unit/PowerShell/SleapNn.Module.Tests.csproj";
    private static readonly string[] Needed = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"];

    public static int Run(string root)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Skip("Slurm runs on Linux only.");
        }

        // Debian keeps daemons where only root looks.
        Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin");
        if (Missing().Length > 0 && Install(root) is { } reason)
        {
            return Skip(reason);
        }

        if (Missing() is { Length: > 0 } missing)
        {
            return Skip($"{string.Join(", ", missing)} cannot be found.");
        }

        using var slurm = new LocalSlurm();
        if (slurm.Start() is { } fault)
        {
            return Repository.Fail($"Slurm did not start: {fault}");
        }

        Environment.SetEnvironmentVariable("SLURM_CONF", slurm.ConfigPath);
        Environment.SetEnvironmentVariable("SLEAPNN_SLURM", slurm.Folder);
        Console.WriteLine($"== {Project}, on Slurm in {slurm.Folder}");
        return Repository.Run(
            root,
            "dotnet",
            "test", Project, "--configuration", "Release", "--no-build",
            "--filter", "Category=Slurm",
            "--logger", "console;verbosity=normal",
            "--blame-hang-timeout", "20m", "--blame-hang-dump-type", "none") ?? Repository.Fail("The program 'dotnet' cannot be found.");
    }

    private static string[] Missing() => [.. Needed.Where(name => Find(name) is null)];

    private static string? Find(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? Install(string root)
    {
        if (Environment.UserName != "root")
        {
            return "Slurm is not installed, and only root can install it: 'apt-get install slurm-wlm munge'.";
        }

        if (Find("apt-get") is null)
        {
            return "Slurm is not installed, and this system has no apt-get to install it with.";
        }

        Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
        Console.WriteLine("== apt-get install slurm-wlm munge");
        return Repository.Run(root, "apt-get", "-qq", "update") == 0
            && Repository.Run(root, "apt-get", "-qq", "-y", "--no-install-recommends", "install", "slurm-wlm", "munge") == 0
            ? null
            : "Slurm is not installed, and apt-get could not install slurm-wlm and munge.";
    }

    private static int Skip(string reason)
    {
        Console.WriteLine($"The tests on Slurm were skipped: {reason}");
        return 0;
    }
}
