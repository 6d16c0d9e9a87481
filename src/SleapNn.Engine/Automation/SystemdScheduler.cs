using System.Globalization;
using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>A timer and a service of the user's systemd.</summary>
public sealed class SystemdScheduler : IScheduler
{
    private static string UnitFolder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "systemd", "user");

    /// <summary>Whether a systemd looks after this user's units.</summary>
    public static bool IsThere => ProgramRunner.Find("systemctl") is not null && SchedulerProgram.Run("systemctl", ["--user", "show-environment"]).ExitCode == 0;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedFile> Plan(ScheduledJob job) =>
        [new(UnitPath(job.Name, "service"), Service(job)), new(UnitPath(job.Name, "timer"), Timer(job))];

    /// <inheritdoc/>
    public string Describe(ScheduledJob job) => $"Enable and start {Unit(job.Name, "timer")} with systemctl --user";

    /// <inheritdoc/>
    public string? Add(ScheduledJob job)
    {
        Refresh();
        SchedulerProgram.RunOrThrow("systemctl", ["--user", "enable", "--now", Unit(job.Name, "timer")]);
        return File.Exists($"/var/lib/systemd/linger/{Environment.UserName}")
            ? null
            : $"The timer runs while you are logged in. For nights without you, have it run always: loginctl enable-linger {Environment.UserName}";
    }

    /// <inheritdoc/>
    public void Remove(string name)
    {
        if (File.Exists(UnitPath(name, "timer")))
        {
            SchedulerProgram.RunOrThrow("systemctl", ["--user", "disable", "--now", Unit(name, "timer")]);
        }
    }

    /// <inheritdoc/>
    public void Refresh() => SchedulerProgram.RunOrThrow("systemctl", ["--user", "daemon-reload"]);

    /// <inheritdoc/>
    public bool Has(string name) => ProgramRunner.Find("systemctl") is not null && SchedulerProgram.Run("systemctl", ["--user", "is-enabled", Unit(name, "timer")]).ExitCode == 0;

    // 3 means that another watcher is at work, and is no failure. A stop has time to note what it leaves.
    private static string Service(ScheduledJob job) => string.Join('\n', [
        "# Written by Register-SleapAutomation.",
        "[Unit]",
        $"Description={Plain(job.Description)}",
        "",
        "[Service]",
        "Type=oneshot",
        .. job.Command.Environment.Count > 0 ? [$"Environment={job.Command.EnvironmentForSystemd()}"] : Array.Empty<string>(),
        $"ExecStart={job.Command.ForSystemd()}",
        "SuccessExitStatus=3",
        "Nice=10",
        "KillMode=mixed",
        "TimeoutStopSec=30",
        "",
    ]);

    private static string Timer(ScheduledJob job) => string.Join('\n', [
        "# Written by Register-SleapAutomation.",
        "[Unit]",
        $"Description={Plain(job.Description)} ({job.Schedule})",
        "",
        "[Timer]",
        .. job.Schedule.At is { } time
            ? new[] { $"OnCalendar=*-*-* {time.ToString("HH:mm", CultureInfo.InvariantCulture)}:00", "Persistent=true" }
            : ["OnActiveSec=5s", $"OnUnitInactiveSec={job.Schedule.Interval!.Value.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s", "AccuracySec=1s"],
        "",
        "[Install]",
        "WantedBy=timers.target",
        "",
    ]);

    private static string Plain(string text) => text.ReplaceLineEndings(" ").Replace("%", "%%", StringComparison.Ordinal).TrimEnd('\\');

    private static string Unit(string name, string kind) => $"sleapnn-{name}.{kind}";

    private static string UnitPath(string name, string kind) => Path.Combine(UnitFolder, Unit(name, kind));
}
