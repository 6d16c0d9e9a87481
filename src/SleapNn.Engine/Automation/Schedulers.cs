using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>Which schedulers there are.</summary>
public static class Schedulers
{
    /// <summary>The scheduler of a kind.</summary>
    /// <param name="kind">The kind, not <see cref="AutomationKind.Auto"/>.</param>
    /// <returns>The scheduler.</returns>
    public static IScheduler Of(AutomationKind kind) => kind switch
    {
        AutomationKind.Systemd => new SystemdScheduler(),
        AutomationKind.Cron => new CronScheduler(),
        AutomationKind.TaskScheduler => new WindowsTaskScheduler(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Chooses the kind that is there.</summary>
    /// <returns>A kind, not <see cref="AutomationKind.Auto"/>.</returns>
    /// <exception cref="AutomationException">There is none (SchedulerNotFound).</exception>
    public static AutomationKind Choose() =>
        OperatingSystem.IsWindows() ? AutomationKind.TaskScheduler
        : SystemdScheduler.IsThere ? AutomationKind.Systemd
        : ProgramRunner.Find("crontab") is not null ? AutomationKind.Cron
        : throw new AutomationException(
            "SchedulerNotFound",
            "Nothing here starts programs at certain times: systemd does not answer for this user, and there is no crontab. Install cron, or leave Watch-SleapFolder running.",
            null);
}
