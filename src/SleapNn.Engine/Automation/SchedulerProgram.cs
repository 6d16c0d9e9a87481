using SleapNn.Runtime;

namespace SleapNn.Automation;

/// <summary>Runs the programs of schedulers.</summary>
internal static class SchedulerProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <returns>What it wrote, and its exit code.</returns>
    /// <exception cref="AutomationException">It is not there (SchedulerNotFound), or does not end (SchedulerFailed).</exception>
    public static ProgramResult Run(string name, IReadOnlyList<string> arguments, string? input = null)
    {
        var path = ProgramRunner.Find(name) ?? throw new AutomationException("SchedulerNotFound", $"There is no program '{name}' in PATH. Choose another kind of schedule with -Kind, or install it.", name);
        try
        {
            return ProgramRunner.Run(path, arguments, input: input, limit: Limit)
                ?? throw new AutomationException("SchedulerFailed", $"'{path}' cannot be started: it is no program of this system, or you may not run it.", path);
        }
        catch (TimeoutException error)
        {
            throw new AutomationException("SchedulerFailed", $"'{path} {string.Join(' ', arguments)}' has not ended within {Limit.TotalSeconds:0} s.", path, error);
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="AutomationException">As <see cref="Run"/>, or it has failed (SchedulerFailed).</exception>
    public static string RunOrThrow(string name, IReadOnlyList<string> arguments, string? input = null)
    {
        var result = Run(name, arguments, input);
        return result.ExitCode == 0
            ? result.Output
            : throw new AutomationException("SchedulerFailed", $"'{name} {string.Join(' ', arguments)}' has failed with exit code {result.ExitCode}: {(result.Error.Trim().Length > 0 ? result.Error : result.Output).Trim()}", name);
    }
}
