using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace SleapNn.Host;

/// <summary>
/// The session: PowerShell's core cmdlets, which come with System.Management.Automation, and small forms of the everyday
/// ones, which come with pwsh only.
/// </summary>
public static class HostSession
{
    /// <summary>The session's initial state.</summary>
    /// <returns>A state to create a runspace from.</returns>
    public static InitialSessionState CreateInitialState()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var type in typeof(HostSession).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet)
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, null));
            }
        }

        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        if (FindModule() is { } module && Path.GetDirectoryName(module) is { } folder)
        {
            var others = Environment.GetEnvironmentVariable("PSModulePath");
            state.EnvironmentVariables.Add(new SessionStateVariableEntry(
                "PSModulePath",
                string.IsNullOrEmpty(others) ? folder : folder + Path.PathSeparator + others,
                "Where modules are looked for"));
        }

        return state;
    }

    /// <summary>Makes paths work in a chroot whose root is no mount point. Call it once a runspace is open.</summary>
    /// <param name="runspace">The runspace.</param>
    public static void RepairRootDrive(Runspace runspace) => RootDrive.Repair(runspace);

    /// <summary>The module's folder: <c>SLEAPNN_MODULE</c>, or beside the program; null where it is at neither place.</summary>
    /// <returns>The full path, or null.</returns>
    public static string? FindModule()
    {
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable("SLEAPNN_MODULE"),
            Path.Combine(AppContext.BaseDirectory, "SleapNn"),
            Path.Combine(AppContext.BaseDirectory, "..", "SleapNn"),
        ];
        return candidates
            .Where(c => !string.IsNullOrEmpty(c) && File.Exists(Path.Combine(c, "SleapNn.psd1")))
            .Select(c => Path.GetFullPath(c!))
            .FirstOrDefault();
    }

    /// <summary>
    /// Makes <c>exit</c> in a script file end the whole run with its code, as <c>pwsh -File</c> does. The switch for
    /// that is internal to PowerShell.
    /// </summary>
    internal static void LetExitReachTheHost(Runspace runspace)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var context = runspace.GetType().GetProperty("ExecutionContext", Any)?.GetValue(runspace)
            ?? runspace.GetType().GetProperty("GetExecutionContext", Any)?.GetValue(runspace);
        var property = context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Any)
            ?? throw new MissingMemberException("This version of System.Management.Automation lets no 'exit' reach its host.");
        property.SetValue(context, true);
    }

    /// <summary>
    /// Ends the commands before a cmdlet in the pipeline, as <c>Select-Object -First</c> does. The exception for that is
    /// internal to PowerShell.
    /// </summary>
    internal static void StopUpstream(PSCmdlet cmdlet)
    {
        var type = typeof(PSObject).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).First(c => c.GetParameters().Length == 1);
        throw (Exception)constructor.Invoke([cmdlet]);
    }
}
