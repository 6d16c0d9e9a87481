using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace SleapNn.Tasks;

/// <summary>
/// A Slurm cluster of this machine alone: its daemons are children of this process and keep everything in a folder of
/// their own, so that a Slurm that is set up here is left alone. It needs neither systemd nor control groups.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LocalSlurm : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Process> daemons = [];

    public LocalSlurm()
    {
        // The paths of sockets are limited to a hundred characters.
        Folder = Directory.CreateTempSubdirectory("slurm-").FullName;
        ConfigPath = Path.Combine(Folder, "slurm.conf");

        // munged refuses to put its socket where others could not reach it.
        File.SetUnixFileMode(Folder, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    public string Folder { get; }

    public string ConfigPath { get; }

    private string Host { get; } = Dns.GetHostName().Split('.')[0];

    /// <summary>Starts the daemons and waits until the node is ready.</summary>
    /// <returns>What went wrong; null where nothing did.</returns>
    public string? Start()
    {
        foreach (var name in new[] { "state", "spool", "log" })
        {
            Directory.CreateDirectory(Path.Combine(Folder, name));
        }

        WriteKey();
        File.WriteAllText(ConfigPath, Config());
        Environment.SetEnvironmentVariable("SLURM_CONF", ConfigPath);
        Begin(
            "munged", "--foreground", "--force", $"--socket={Folder}/munge.socket", $"--key-file={Folder}/munge.key",
            $"--pid-file={Folder}/munged.pid", $"--seed-file={Folder}/munge.seed", $"--log-file={Folder}/munged.log");
        if (!WaitFor(() => File.Exists(Path.Combine(Folder, "munge.socket"))))
        {
            return Tell("munged.log");
        }

        Begin("slurmctld", "-D", "-c");
        Begin("slurmd", "-D");
        return WaitFor(() => Ask("sinfo", "--noheader", "--format=%t").Contains("idle", StringComparison.Ordinal))
            ? null
            : Tell("log/slurmctld.log", "log/slurmd.log");
    }

    public void Dispose()
    {
        Ask("scancel", "--user", Environment.UserName);
        WaitFor(() => Ask("squeue", "--noheader").Length == 0);
        for (var i = daemons.Count - 1; i >= 0; i--)
        {
            using var daemon = daemons[i];
            if (!daemon.HasExited)
            {
                Ask("kill", "-TERM", daemon.Id.ToString(CultureInfo.InvariantCulture));
                if (!daemon.WaitForExit(TimeSpan.FromSeconds(10)))
                {
                    daemon.Kill();
                }
            }
        }

        Directory.Delete(Folder, recursive: true);
    }

    // Jobs of the partition 'low' make room for those of 'high': they go back into the queue.
    private string Config() =>
        $"""
        ClusterName=test
        SlurmctldHost={Host}(127.0.0.1)
        SlurmUser={Environment.UserName}
        SlurmdUser={Environment.UserName}
        AuthType=auth/munge
        AuthInfo=socket={Folder}/munge.socket
        CredType=cred/munge
        SlurmctldPort={FreePort()}
        SlurmdPort={FreePort()}
        StateSaveLocation={Folder}/state
        SlurmdSpoolDir={Folder}/spool
        SlurmctldPidFile={Folder}/slurmctld.pid
        SlurmdPidFile={Folder}/slurmd.pid
        SlurmctldLogFile={Folder}/log/slurmctld.log
        SlurmdLogFile={Folder}/log/slurmd.log
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        SwitchType=switch/none
        MpiDefault=none
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_CPU
        PreemptType=preempt/partition_prio
        PreemptMode=REQUEUE
        ReturnToService=2
        NodeName={Host} NodeAddr=127.0.0.1 CPUs={Math.Max(2, Environment.ProcessorCount)} RealMemory=1024 State=UNKNOWN
        PartitionName=low Nodes={Host} Default=YES PriorityTier=1 State=UP
        PartitionName=high Nodes={Host} PriorityTier=10 PreemptMode=OFF State=UP

        """;

    private void WriteKey()
    {
        var path = Path.Combine(Folder, "munge.key");
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void Begin(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder };
        var process = Process.Start(start)!;

        // Their logs have it all; pipes that nobody reads would stop them.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        daemons.Add(process);
    }

    private static string Ask(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : error.Result;
    }

    private static bool WaitFor(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; Thread.Sleep(250))
        {
            if (condition())
            {
                return true;
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Tell(params string[] logs) =>
        string.Join('\n', logs.Select(log => Path.Combine(Folder, log)).Where(File.Exists).SelectMany(path => File.ReadLines(path).TakeLast(20).Prepend($"{path}:")));
}
