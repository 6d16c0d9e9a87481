using System.Globalization;

namespace SleapNn;

/// <summary>When an automation is started: again and again, or once a day.</summary>
public sealed record AutomationSchedule
{
    private AutomationSchedule(TimeSpan? interval, TimeOnly? at) => (Interval, At) = (interval, at);

    /// <summary>The time from one start to the next; null where it is started once a day.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>The time of day, in local time; null where it is started again and again.</summary>
    public TimeOnly? At { get; }

    /// <summary>Starts it again and again.</summary>
    /// <param name="interval">Whole seconds, from a minute to a day.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="AutomationException">The interval is out of range (ScheduleNotPossible).</exception>
    public static AutomationSchedule Every(TimeSpan interval) =>
        interval >= TimeSpan.FromMinutes(1) && interval <= TimeSpan.FromDays(1) && interval.Ticks % TimeSpan.TicksPerSecond == 0
            ? new AutomationSchedule(interval, null)
            : throw new AutomationException("ScheduleNotPossible", $"The interval must be whole seconds, from a minute to a day, but is {interval}.", interval);

    /// <summary>Starts it once a day.</summary>
    /// <param name="at">The time of day; seconds are dropped.</param>
    /// <returns>The schedule.</returns>
    public static AutomationSchedule Daily(TimeOnly at) => new(null, new TimeOnly(at.Hour, at.Minute));

    /// <inheritdoc/>
    public override string ToString() => At is { } time
        ? $"daily at {time.ToString("HH:mm", CultureInfo.InvariantCulture)}"
        : $"every {(Interval!.Value.TotalMinutes % 1 == 0 ? $"{Interval.Value.TotalMinutes:0} min" : $"{Interval.Value.TotalSeconds:0} s")}";
}
