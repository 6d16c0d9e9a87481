using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>A task of the Windows Task Scheduler, in its folder SleapNn.</summary>
public sealed class WindowsTaskScheduler : IScheduler
{
    private static readonly XNamespace Ns = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedFile> Plan(ScheduledJob job) => [new(XmlPath(job), Xml(job)) { IsUtf16 = true }];

    /// <inheritdoc/>
    public string Describe(ScheduledJob job) => $"Create the task {Task(job.Name)} with schtasks";

    /// <inheritdoc/>
    public string? Add(ScheduledJob job)
    {
        SchedulerProgram.RunOrThrow("schtasks", ["/Create", "/TN", Task(job.Name), "/XML", XmlPath(job), "/F"]);
        return null;
    }

    /// <inheritdoc/>
    public void Remove(string name)
    {
        if (Has(name))
        {
            SchedulerProgram.RunOrThrow("schtasks", ["/Delete", "/TN", Task(name), "/F"]);
        }
    }

    /// <inheritdoc/>
    public void Refresh()
    {
    }

    /// <inheritdoc/>
    public bool Has(string name) => ProgramRunner.Find("schtasks") is not null && SchedulerProgram.Run("schtasks", ["/Query", "/TN", Task(name)]).ExitCode == 0;

    /// <summary>The task as the scheduler imports it (Task Scheduler schema 1.2).</summary>
    /// <param name="job">The job.</param>
    /// <returns>The document.</returns>
    /// <exception cref="AutomationException">A path would be changed by the scheduler (PathNotPossible).</exception>
    public static string Xml(ScheduledJob job)
    {
        var arguments = job.Command.ArgumentsForWindows();
        foreach (var text in new[] { job.Command.Program, arguments })
        {
            // It replaces variables in both, and knows no way to write these signs themselves.
            if (text.Contains('%', StringComparison.Ordinal) || text.Contains("$(", StringComparison.Ordinal))
            {
                throw new AutomationException("PathNotPossible", $"The Task Scheduler would replace what looks like a variable in '{text}'. Put the automations in a folder without % and $( in its path, with the environment variable SLEAPNN_AUTOMATION.", text);
            }
        }

        var document = new XDocument(
            new XDeclaration("1.0", "UTF-16", null),
            new XElement(
                Ns + "Task",
                new XAttribute("version", "1.2"),
                new XElement(Ns + "RegistrationInfo", new XElement(Ns + "Description", Plain(job.Description)), new XElement(Ns + "URI", Task(job.Name))),
                new XElement(Ns + "Triggers", Trigger(job.Schedule)),
                new XElement(
                    Ns + "Principals",
                    new XElement(
                        Ns + "Principal",
                        new XAttribute("id", "Author"),
                        new XElement(Ns + "UserId", $"{Environment.UserDomainName}\\{Environment.UserName}"),
                        new XElement(Ns + "LogonType", "InteractiveToken"),
                        new XElement(Ns + "RunLevel", "LeastPrivilege"))),
                new XElement(
                    Ns + "Settings",
                    new XElement(Ns + "MultipleInstancesPolicy", "IgnoreNew"),
                    new XElement(Ns + "DisallowStartIfOnBatteries", false),
                    new XElement(Ns + "StopIfGoingOnBatteries", false),
                    new XElement(Ns + "StartWhenAvailable", true),
                    new XElement(Ns + "Enabled", true),
                    new XElement(Ns + "WakeToRun", job.Schedule.At is not null),
                    new XElement(Ns + "ExecutionTimeLimit", "PT0S"),
                    new XElement(Ns + "Priority", 7)),
                new XElement(
                    Ns + "Actions",
                    new XAttribute("Context", "Author"),
                    new XElement(Ns + "Exec", new XElement(Ns + "Command", job.Command.Program), new XElement(Ns + "Arguments", arguments)))));
        return $"{document.Declaration}\r\n{document}\r\n";
    }

    // The day is long past, so that the first start is the next that is due.
    private static XElement Trigger(AutomationSchedule schedule)
    {
        var boundary = $"2024-01-01T{(schedule.At ?? TimeOnly.MinValue).ToString("HH:mm", CultureInfo.InvariantCulture)}:00";
        return schedule.At is not null
            ? new XElement(
                Ns + "CalendarTrigger",
                new XElement(Ns + "StartBoundary", boundary),
                new XElement(Ns + "Enabled", true),
                new XElement(Ns + "ScheduleByDay", new XElement(Ns + "DaysInterval", 1)))
            : new XElement(
                Ns + "TimeTrigger",
                new XElement(Ns + "Repetition", new XElement(Ns + "Interval", XmlConvert.ToString(schedule.Interval!.Value)), new XElement(Ns + "StopAtDurationEnd", false)),
                new XElement(Ns + "StartBoundary", boundary),
                new XElement(Ns + "Enabled", true));
    }

    private static string Plain(string text) => new([.. text.Select(c => XmlConvert.IsXmlChar(c) ? c : '?')]);

    private static string Task(string name) => $"\\SleapNn\\{name}";

    private static string XmlPath(ScheduledJob job) => Path.Combine(job.Folder, $"{job.Name}.xml");
}
