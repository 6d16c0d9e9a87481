using System.Diagnostics;
using System.Xml.Linq;
using SleapNn.Tests.Host;

namespace SleapNn.Tests.Module;

/// <summary>Automations with schedulers that only write down what they are told, in folders with odd names.</summary>
[Collection(nameof(ClusterCollection))]
public sealed class SleapAutomationTests : IClassFixture<SmallModelFixture>, IDisposable
{
    // Windows has no quotes in names.
    private static readonly string Odd = OperatingSystem.IsWindows() ? "o'd %d $HOME é" : "o'd \"d\" %d $HOME é";
    private static readonly string[] Variables = ["PATH", "SLEAPNN_AUTOMATION", "XDG_CONFIG_HOME"];

    private readonly SmallModelFixture small;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-automation-").FullName;
    private readonly Dictionary<string, string?> before = Variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public SleapAutomationTests(SmallModelFixture small)
    {
        this.small = small;
        Directory.CreateDirectory(Videos);
        File.Copy(small.Video, Path.Combine(Videos, "it's 100%.mp4"));
        Environment.SetEnvironmentVariable("SLEAPNN_AUTOMATION", Store);
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", Path.Combine(folder, "config"));
        if (!OperatingSystem.IsWindows())
        {
            Fake("crontab", """
                if [ "$1" = -l ]; then cat "$0.tab" 2>/dev/null || { echo "no crontab for me" >&2; exit 1; }
                else cat > "$0.tab"; fi
                """);
            Fake("systemctl", "echo \"$@\" >> \"$0.log\"; ! [ -e \"$0.broken\" ]");
            Fake("schtasks", "printf '%s\\n' \"$*\" >> \"$0.log\"");
            Environment.SetEnvironmentVariable("PATH", $"{Programs}{Path.PathSeparator}{before["PATH"]}");
        }
    }

    private ModuleFixture Session => small.Session;

    private string Videos => Path.Combine(folder, $"videos {Odd}");

    private string Store => Path.Combine(folder, $"store {Odd}");

    private string Programs => Path.Combine(folder, "bin");

    private object Values => new { videos = Videos, model = small.Model, program = Path.ChangeExtension(HostProcess.Program, null) };

    public void Dispose()
    {
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        Directory.Delete(folder, recursive: true);
    }

    [UnixFact]
    public void The_line_of_the_crontab_runs_and_its_exit_code_tells_how_it_went()
    {
        File.WriteAllText(Path.Combine(Programs, "crontab.tab"), "MAILTO=me\n# mine\n0 0 * * * true\n");
        var automation = Session.RunSingle<SleapAutomation>(
            "Register-SleapAutomation $videos -Model $model -Name cages -Interval 15m -Kind Cron -Executable $program -SettleTime 0 -PeakThreshold 0.001 -Tracking -MaxTracks 1 -Exclude '*''x.mp4', 'y*'",
            Values);
        Assert.Equal((AutomationKind.Cron, "every 15 min", true), (automation.Kind, automation.Schedule, automation.IsScheduled));

        var (code, output) = RunCronLine();
        Assert.True(code == 0, output);
        var labels = Session.RunSingle<SleapLabels>("Import-SleapLabels -LiteralPath $path", new { path = Path.Combine(Videos, "it's 100%.predictions.slp") });
        Assert.Equal("track_0", Assert.Single(labels.Tracks).Name);
        Assert.Contains("Exit code                 : 0", output);
        Assert.Contains("INFO", File.ReadAllText(automation.LogPath));

        // A damaged video, then a watcher at work, then no folder.
        File.WriteAllText(Path.Combine(Videos, "bad.mp4"), "no video");
        Assert.Equal(2, RunCronLine().Code);
        var known = Session.RunSingle<SleapAutomation>("Get-SleapAutomation ca*");
        Assert.Equal((true, 0, 2), (known.IsScheduled, known.LastDone, known.LastExitCode));
        Assert.True(DateTime.Now - known.LastRun < TimeSpan.FromMinutes(2));
        using (new FileStream(Path.Combine(Videos, ".sleapnn-watch.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(3, RunCronLine().Code);
        }

        Directory.Move(Videos, Videos + "-away");
        Assert.Equal(1, RunCronLine().Code);
        Assert.Contains("ERROR", File.ReadAllText(automation.LogPath));

        Session.Invoke("Unregister-SleapAutomation cages", Values).Succeeded();
        Assert.Equal("MAILTO=me\n# mine\n0 0 * * * true\n", File.ReadAllText(Path.Combine(Programs, "crontab.tab")));
        Assert.Equal(["cages.log"], Directory.GetFiles(Store).Select(Path.GetFileName));
        Assert.Empty(Session.Run("Get-SleapAutomation"));
    }

    [UnixFact]
    public void Systemd_gets_units_that_it_accepts()
    {
        var result = Session.Invoke("Register-SleapAutomation $videos -Model $model -Name a -Executable $program; Register-SleapAutomation $videos -Model $model -Name b -At 22:05 -Kind Systemd -Executable $program", Values).Succeeded();
        Assert.Equal(2, result.Output.Count);
        Assert.Contains("linger", result.Warnings[0]);
        var units = Directory.GetFiles(Path.Combine(folder, "config", "systemd", "user")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["sleapnn-a.service", "sleapnn-a.timer", "sleapnn-b.service", "sleapnn-b.timer"], units.Select(Path.GetFileName));
        Assert.Contains("--user enable --now sleapnn-b.timer", File.ReadAllLines(Path.Combine(Programs, "systemctl.log")));
        if (Verify(units) is { } complaints)
        {
            Assert.Equal("", complaints);
        }

        Session.Invoke("Get-SleapAutomation | Unregister-SleapAutomation").Succeeded();
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "config", "systemd", "user")));
        Assert.Contains("--user disable --now sleapnn-a.timer", File.ReadAllLines(Path.Combine(Programs, "systemctl.log")));
    }

    [UnixFact]
    public void The_Task_Scheduler_gets_a_task_from_a_file()
    {
        Environment.SetEnvironmentVariable("SLEAPNN_AUTOMATION", Path.Combine(folder, "plain store"));
        var automation = Session.RunSingle<SleapAutomation>("Register-SleapAutomation $videos -Model $model -Name cages -Kind TaskScheduler -Executable $program", Values);
        var xml = automation.Files.Single(file => file.EndsWith(".xml", StringComparison.Ordinal));
        Assert.Contains(XDocument.Load(xml).Descendants(), element => element.Name.LocalName == "Arguments" && element.Value.EndsWith($"-File \"{automation.ScriptPath}\"", StringComparison.Ordinal));
        Assert.Equal($"/Create /TN \\SleapNn\\cages /XML {xml} /F", File.ReadAllLines(Path.Combine(Programs, "schtasks.log"))[^1]);
        Session.Invoke("Unregister-SleapAutomation cages").Succeeded();
        Assert.Equal("/Delete /TN \\SleapNn\\cages /F", File.ReadAllLines(Path.Combine(Programs, "schtasks.log"))[^1]);
        Assert.False(File.Exists(xml));
    }

    [UnixFact]
    public void WhatIf_writes_nothing()
    {
        Assert.Empty(Session.Run("Register-SleapAutomation $videos -Model $model -Name cages -Kind Cron -Executable $program -WhatIf", Values));
        Assert.False(Directory.Exists(Store));
        Assert.False(File.Exists(Path.Combine(Programs, "crontab.tab")));

        var run = HostProcess.Run("-NonInteractive", "-Command", $"Register-SleapAutomation '{Videos.Replace("'", "''", StringComparison.Ordinal)}' -Model '{small.Model}' -Name cages -Kind Systemd -Executable '{Path.ChangeExtension(HostProcess.Program, null)}' -WhatIf");
        Assert.Contains("Watch-SleapFolder @watch -Once", run.Output);
        Assert.Contains("OnUnitInactiveSec=600s", run.Output);
        Assert.Contains("sleapnn-cages.timer", run.Output);
        Assert.False(Directory.Exists(Store));
    }

    [UnixFact]
    public void What_cannot_be_registered_leaves_nothing_behind()
    {
        File.WriteAllText(Path.Combine(Programs, "systemctl.broken"), "");
        Assert.Equal("SchedulerFailed", ErrorOf("Register-SleapAutomation $videos -Model $model -Name cages -Kind Systemd -Executable $program"));
        Assert.Empty(Directory.GetFiles(Store));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "config"), "*", SearchOption.AllDirectories));
        File.Delete(Path.Combine(Programs, "systemctl.broken"));

        Assert.Equal("AutomationName", ErrorOf("Register-SleapAutomation $videos -Model $model -Name 'a b'"));
        Assert.Equal("ScheduleNotPossible", ErrorOf("Register-SleapAutomation $videos -Model $model -Name a -Kind Cron -Interval 7m -Executable $program"));
        Assert.Equal("ScheduleNotPossible", ErrorOf("Register-SleapAutomation $videos -Model $model -Name a -Interval 5"));
        Assert.Equal("PathNotFound", ErrorOf("Register-SleapAutomation $videos/none -Model $model -Name a"));
        Assert.Equal("PathNotFound", ErrorOf("Register-SleapAutomation $videos -Model $model/none -Name a"));
        Assert.Equal("PathNotFound", ErrorOf("Register-SleapAutomation $videos -Model $model -Name a -Executable ./none/pwsh"));
        Assert.Equal("TrackingOptionConflict", ErrorOf("Register-SleapAutomation $videos -Model $model -Name a -Tracking -Score Iou"));
        Assert.Equal("AutomationNotFound", ErrorOf("Unregister-SleapAutomation none"));
        Assert.Empty(Session.Run("Get-SleapAutomation; Unregister-SleapAutomation none*"));
    }

    [UnixFact]
    public void An_automation_is_replaced_with_Force_only()
    {
        Session.Invoke("Register-SleapAutomation $videos -Model $model -Name cages -Kind Cron -Executable $program", Values).Succeeded();
        Assert.Equal("AutomationExists", ErrorOf("Register-SleapAutomation $videos -Model $model -Name CAGES -Kind Systemd -Executable $program"));
        File.WriteAllText(Path.Combine(Store, "cages.output.txt"), "what cron's last run wrote");
        Session.Invoke("Register-SleapAutomation $videos -Model $model -Name CAGES -Kind Systemd -Executable $program -Force", Values).Succeeded();
        Assert.False(File.Exists(Path.Combine(Store, "cages.output.txt")));
        Assert.Equal("", File.ReadAllText(Path.Combine(Programs, "crontab.tab")));
        Assert.Equal(AutomationKind.Systemd, Session.RunSingle<SleapAutomation>("Get-SleapAutomation").Kind);
        var names = Session.Run("$line = 'Unregister-SleapAutomation c'; [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.ListItemText");
        Assert.Equal("cages", Assert.Single(names));
    }

    [UnixFact]
    public void What_cannot_be_replaced_stays_as_it_was()
    {
        Session.Invoke("Register-SleapAutomation $videos -Model $model -Name cages -Kind Cron -Executable $program", Values).Succeeded();
        var line = File.ReadAllText(Path.Combine(Programs, "crontab.tab"));
        var script = File.ReadAllText(Path.Combine(Store, "cages.ps1"));
        File.WriteAllText(Path.Combine(Programs, "systemctl.broken"), "");

        Assert.Equal("SchedulerFailed", ErrorOf("Register-SleapAutomation $videos -Model $model -Name cages -Kind Systemd -BatchSize 3 -Executable $program -Force"));

        Assert.Equal(line, File.ReadAllText(Path.Combine(Programs, "crontab.tab")));
        Assert.Equal(script, File.ReadAllText(Path.Combine(Store, "cages.ps1")));
        Assert.Equal(AutomationKind.Cron, Session.RunSingle<SleapAutomation>("Get-SleapAutomation").Kind);
    }

    [Fact]
    public void Nothing_asks_in_a_session_without_somebody_to_answer()
    {
        var impacts = Session.Run("Get-Command -Module SleapNn -CommandType Cmdlet | ForEach-Object { [System.Management.Automation.CommandMetadata]::new($_).ConfirmImpact.ToString() }");
        Assert.NotEmpty(impacts);
        Assert.DoesNotContain("High", impacts);
    }

    private string ErrorOf(string script) =>
        Session.Invoke(script, Values) is var result && result.Errors.Count + (result.Failure is null ? 0 : 1) == 1 ? result.ErrorId : $"{result.Errors.Count} errors";

    // As cron does it: the sixth field on, a backslash before a percent sign removed, by sh, with next to no variables.
    private (int Code, string Output) RunCronLine()
    {
        var line = File.ReadAllLines(Path.Combine(Programs, "crontab.tab"))[^1];
        var command = string.Join(' ', line.Split(' ')[5..]).Replace("\\%", "%", StringComparison.Ordinal);
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = "/" };
        var variables = start.Environment.Where(pair => pair.Key is "HOME" or "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT").ToList();
        start.Environment.Clear();
        variables.ForEach(pair => start.Environment[pair.Key] = pair.Value);
        start.Environment["PATH"] = "/usr/bin:/bin";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return (process.ExitCode, File.ReadAllText(Path.Combine(Store, "cages.output.txt")));
    }

    /// <summary>What systemd says of units; null where it is not there to ask.</summary>
    private string? Verify(IReadOnlyList<string> units)
    {
        const string Program = "/usr/bin/systemd-analyze";
        if (!File.Exists(Program))
        {
            return null;
        }

        var start = new ProcessStartInfo(Program, ["verify", "--user", "--man=no", .. units]) { RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        using var process = Process.Start(start)!;
        var text = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return string.Join('\n', text.Split('\n').Where(line => line.Contains("sleapnn-", StringComparison.Ordinal)));
    }

    private void Fake(string name, string script)
    {
        Directory.CreateDirectory(Programs);
        var path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script.ReplaceLineEndings("\n")}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
