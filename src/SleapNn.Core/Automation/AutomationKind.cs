namespace SleapNn;

/// <summary>What starts an automation.</summary>
public enum AutomationKind
{
    /// <summary>The best that is there: the Task Scheduler on Windows, else systemd, else cron.</summary>
    Auto,

    /// <summary>A timer and a service of the user's systemd.</summary>
    Systemd,

    /// <summary>A line of the user's crontab.</summary>
    Cron,

    /// <summary>A task of the Windows Task Scheduler.</summary>
    TaskScheduler,
}
