using System.Globalization;
using System.Management.Automation.Host;

namespace SleapNn.Host;

/// <summary>What PowerShell needs to know of the program that runs it.</summary>
internal sealed class ConsoleHost : PSHost
{
    public ConsoleHost(bool interactive)
    {
        ConsoleUI = new ConsoleUI(interactive);
    }

    public ConsoleUI ConsoleUI { get; }

    /// <summary>The code that a script gave to <c>exit</c>, or null.</summary>
    public int? ExitCode { get; private set; }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "SleapNnHost";

    public override PSHostUserInterface UI => ConsoleUI;

    public override Version Version => HostProgram.HostVersion;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This program has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This program has no nested prompt.");

    public override void NotifyBeginApplication() => ConsoleUI.HideProgress();

    public override void NotifyEndApplication()
    {
    }
}
