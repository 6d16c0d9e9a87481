namespace SleapNn.Tests.Module;

/// <summary>The make-believe Slurm of <c>tests/FakeSlurm</c>, first in this process's PATH while this lives.</summary>
internal sealed class FakeSlurm : IDisposable
{
    private readonly Dictionary<string, string?> before = [];

    public FakeSlurm(string folder)
    {
        Folder = Directory.CreateDirectory(Path.Combine(folder, "fake slurm")).FullName;
        Set("FAKE_SLURM", Folder);
        Set("SLEAPNN_STATE", Path.Combine(folder, "state of the user"));
        Set("PATH", $"{Programs}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}");
    }

    public static string Programs { get; } = Path.Combine(ModuleFixture.RepositoryRoot, "tests", "FakeSlurm");

    public static string HostPath { get; } = Path.Combine(Programs, "sleapnn");

    public string Folder { get; }

    /// <summary>What the programs were asked.</summary>
    public string[] Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllLines(Path.Combine(Folder, "calls")) : [];

    /// <summary>Signals a run's script as Slurm does before its time limit.</summary>
    public void Warn(string id) => Assert.Equal(0, Run("kill", "-TERM", File.ReadAllText(Path.Combine(Folder, id + ".pid")).Trim()));

    /// <summary>Puts a run that was held back into the queue's service.</summary>
    public void Begin(string id, int attempt) => Assert.Equal(0, Run(Path.Combine(Programs, "scontrol"), "begin", id, $"{attempt}"));

    public void Touch(string name) => File.WriteAllText(Path.Combine(Folder, name), "");

    public void Dispose()
    {
        foreach (var pid in Directory.GetFiles(Folder, "*.pid"))
        {
            // Whole groups: each script leads one.
            Run("kill", "-KILL", "--", $"-{File.ReadAllText(pid).Trim()}");
        }

        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private void Set(string name, string value)
    {
        before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
