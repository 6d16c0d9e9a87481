using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SleapNn.Host;

/// <summary>Runs a script, a command or a prompt with the module loaded.</summary>
internal sealed class HostProgram
{
    private const int Interrupted = 130;
    private const int Terminated = 143;
    private const string LastSucceeded = "SleapNnHostLastSucceeded";

    private readonly HostOptions options;
    private readonly ConsoleHost host;
    private readonly object gate = new();
    private PowerShell? current;
    private int stopCode;

    public HostProgram(HostOptions options)
    {
        this.options = options;
        host = new ConsoleHost(interactive: !options.NonInteractive && !Console.IsInputRedirected);
    }

    public static int Refuse(string error)
    {
        Console.Error.WriteLine(error);
        return 64;
    }

    public static int ShowVersion()
    {
        Console.WriteLine($"sleapnn {HostVersion}, PowerShell {typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(' ', '+')[0]}");
        return 0;
    }

    public static int ShowHelp()
    {
        Console.WriteLine(
            """
            Runs PowerShell scripts and commands with the SleapNn module loaded, where pwsh is not installed.

              sleapnn [-File] <script.ps1> [arguments]   runs a script
              sleapnn -Command <text>                    runs a command
              sleapnn                                    a prompt; or runs what comes from the standard input

              -NonInteractive   a prompt for input is an error instead of a wait
              -NoLogo           no greeting at the prompt
              -NoModule         do not import SleapNn
              -Help, -Version

            Exit code: the script's own (exit n); 1 after an error that ended it; 130 after Ctrl-C; 143 after SIGTERM.
            The module is looked for beside this program and in $SLEAPNN_MODULE.
            """);
        return 0;
    }

    public int Run()
    {
        if (options.File is not null && !File.Exists(options.File))
        {
            return Refuse($"There is no script '{options.File}'.");
        }

        using var runspace = RunspaceFactory.CreateRunspace(host, HostSession.CreateInitialState());
        runspace.Open();
        RootDrive.Repair(runspace);
        HostSession.LetExitReachTheHost(runspace);
        Runspace.DefaultRunspace = runspace;

        Console.CancelKeyPress += OnCtrlC;
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            Stop(Terminated);
        });
        try
        {
            return RunIn(runspace);
        }
        finally
        {
            Console.CancelKeyPress -= OnCtrlC;
            host.ConsoleUI.Finish();
        }
    }

    internal static Version HostVersion => typeof(HostProgram).Assembly.GetName().Version!;

    private int RunIn(Runspace runspace)
    {
        if (!options.NoModule)
        {
            var module = HostSession.FindModule();
            if (module is null)
            {
                return Refuse("The module SleapNn is not beside this program. Build it with './build.sh Build', or name its folder in SLEAPNN_MODULE.");
            }

            var imported = Execute(runspace, shell => shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("ErrorAction", ActionPreference.Stop));
            if (imported != 0)
            {
                return imported;
            }
        }

        if (options.File is not null)
        {
            var command = new Command(Path.GetFullPath(options.File), isScript: false, useLocalScope: false);
            foreach (var argument in options.FileArguments)
            {
                command.Parameters.Add(argument);
            }

            return ExitCode(Execute(runspace, shell => shell.Commands.AddCommand(command)));
        }

        if (options.Command is not null)
        {
            // As pwsh -Command: 1 when the last statement failed.
            var script = $"{options.Command}\n$global:{LastSucceeded} = $?";
            var code = ExitCode(Execute(runspace, shell => shell.AddScript(script)));
            var failed = host.ExitCode is null && runspace.SessionStateProxy.GetVariable(LastSucceeded) is false;
            return code == 0 && failed ? 1 : code;
        }

        return ReadAndRun(runspace);
    }

    private int ReadAndRun(Runspace runspace)
    {
        var prompting = !Console.IsInputRedirected;
        if (prompting && !options.NoLogo)
        {
            Console.WriteLine($"sleapnn {HostVersion.ToString(3)}: PowerShell with the SleapNn module. 'Get-Command -Module SleapNn' lists its cmdlets; 'exit' ends.");
        }

        var code = 0;
        while (host.ExitCode is null && ReadStatement(runspace, prompting) is { } statement)
        {
            stopCode = 0;
            code = Execute(runspace, shell => shell.AddScript(statement));
        }

        return prompting ? host.ExitCode ?? 0 : ExitCode(code);
    }

    private static string? ReadStatement(Runspace runspace, bool prompting)
    {
        var text = "";
        while (true)
        {
            if (prompting)
            {
                Console.Write(text.Length == 0 ? $"PS {runspace.SessionStateProxy.Path.CurrentLocation}> " : ">> ");
            }

            var line = Console.In.ReadLine();
            if (line is null)
            {
                return text.Length == 0 ? null : text;
            }

            text += line + "\n";
            Parser.ParseInput(text, out _, out var errors);
            if (!errors.Any(e => e.IncompleteInput))
            {
                return text;
            }
        }
    }

    private int ExitCode(int code) => stopCode != 0 ? stopCode : host.ExitCode ?? code;

    private int Execute(Runspace runspace, Action<PowerShell> build)
    {
        using var shell = PowerShell.Create(runspace);
        build(shell);
        shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        lock (gate)
        {
            if (stopCode != 0)
            {
                return stopCode;
            }

            current = shell;
        }

        try
        {
            shell.Invoke();
            return 0;
        }
        catch (PipelineStoppedException)
        {
            return stopCode;
        }
        catch (RuntimeException e)
        {
            ShowError(runspace, e);
            return 1;
        }
        finally
        {
            lock (gate)
            {
                current = null;
            }

            host.ConsoleUI.EndProgress();
        }
    }

    private void ShowError(Runspace runspace, RuntimeException error)
    {
        using var shell = PowerShell.Create(runspace);
        try
        {
            shell.AddScript("[CmdletBinding()] param($record) $PSCmdlet.WriteError($record)").AddArgument(new ErrorRecord(error.ErrorRecord, error));
            shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            shell.AddCommand("Out-Default").Invoke();
        }
        catch (RuntimeException)
        {
            host.ConsoleUI.WriteErrorLine(error.Message);
        }
    }

    private void OnCtrlC(object? sender, ConsoleCancelEventArgs e)
    {
        // The second Ctrl-C ends the process at once.
        e.Cancel = stopCode == 0;
        Stop(Interrupted);
    }

    private void Stop(int code)
    {
        PowerShell? running;
        lock (gate)
        {
            stopCode = code;
            running = current;
        }

        running?.BeginStop(null, null);
    }
}
