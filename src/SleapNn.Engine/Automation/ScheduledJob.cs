namespace SleapNn.Automation;

/// <summary>What is to be started, and when.</summary>
/// <param name="Name">A name of letters, digits, dots, dashes and underscores.</param>
/// <param name="Description">What it does, in words.</param>
/// <param name="Command">What is started.</param>
/// <param name="Schedule">When.</param>
/// <param name="Folder">Where files that belong to it may lie.</param>
public sealed record ScheduledJob(string Name, string Description, CommandLine Command, AutomationSchedule Schedule, string Folder);
