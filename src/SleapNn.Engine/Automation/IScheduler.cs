namespace SleapNn.Automation;

/// <summary>What starts programs at certain times.</summary>
public interface IScheduler
{
    /// <summary>The files it wants to have.</summary>
    /// <param name="job">What is to be started, and when.</param>
    /// <returns>Their paths and contents.</returns>
    /// <exception cref="AutomationException">It cannot start at these times (ScheduleNotPossible), or such a program (PathNotPossible).</exception>
    IReadOnlyList<PlannedFile> Plan(ScheduledJob job);

    /// <summary>What else <see cref="Add"/> does, in words.</summary>
    /// <param name="job">What is to be started, and when.</param>
    /// <returns>A sentence.</returns>
    string Describe(ScheduledJob job);

    /// <summary>Makes the scheduler know a job whose files are written; one of the same name is replaced.</summary>
    /// <param name="job">What is to be started, and when.</param>
    /// <returns>What somebody should know of it, or null.</returns>
    /// <exception cref="AutomationException">The scheduler is not there (SchedulerNotFound) or has refused it (SchedulerFailed).</exception>
    string? Add(ScheduledJob job);

    /// <summary>Makes the scheduler forget a job, before its files are deleted. Does nothing where it knows none.</summary>
    /// <param name="name">The job's name.</param>
    /// <exception cref="AutomationException">The scheduler is not there (SchedulerNotFound) or has refused (SchedulerFailed).</exception>
    void Remove(string name);

    /// <summary>Lets it know that files were deleted.</summary>
    void Refresh();

    /// <summary>Whether the scheduler knows a job; false also where there is no scheduler.</summary>
    /// <param name="name">The job's name.</param>
    /// <returns>True where it does.</returns>
    bool Has(string name);
}
