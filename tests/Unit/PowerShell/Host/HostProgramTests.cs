using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SleapNn.Tests.Host;

public sealed class HostProgramTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-host-").FullName;

    [Fact]
    public void A_script_gets_its_arguments_and_its_exit_code_is_the_programs()
    {
        var script = Script(
            """
            param([string] $Name, [int] $Count, [switch] $Loud, [Parameter(ValueFromRemainingArguments)] $Rest)
            "$Name $Count $Loud $Rest"
            exit 7
            """);

        var run = HostProcess.Run("-NoLogo", "-File", script, "-Name", "mouse", "-Count:3", "-Loud", "more");

        Assert.Equal("mouse 3 True more", run.Output.Trim());
        Assert.Equal(7, run.ExitCode);
    }

    [Fact]
    public void A_terminating_error_is_shown_on_the_standard_error_and_gives_1()
    {
        var run = HostProcess.Run("-File", Script("'before'; throw 'it broke'; 'after'"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("before", run.Output.Trim());
        Assert.Contains("it broke", run.Error);
    }

    [Fact]
    public void A_script_with_a_syntax_error_is_refused()
    {
        var run = HostProcess.Run("-File", Script("if ("));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("if (", run.Error);
    }

    [Theory]
    [InlineData("1 + 1", 0, "2")]
    [InlineData("Get-Item ./no-such-file -ErrorAction SilentlyContinue", 1, "")]
    [InlineData("exit 3", 3, "")]
    public void A_command_gives_1_when_its_last_statement_failed(string command, int exitCode, string output)
    {
        var run = HostProcess.Run("-Command", command);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(output, run.Output.Trim());
    }

    [Fact]
    public void Each_stream_goes_where_it_belongs()
    {
        var run = HostProcess.Run("-Command", "'out'; Write-Host 'host'; Write-Warning 'warn'; Write-Verbose 'verb' -Verbose; Write-Error 'err'; 'last'");

        Assert.Equal(["out", "host", "last"], run.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("WARNING: warn", run.Error);
        Assert.Contains("VERBOSE: verb", run.Error);
        Assert.Contains("err", run.Error);
        Assert.DoesNotContain('\e', run.Output + run.Error);
    }

    [Fact]
    public void The_module_is_loaded()
    {
        var run = HostProcess.Run("-Command", "(Get-Module SleapNn).Version.ToString()");

        Assert.Equal("0.1.0", run.Output.Trim());
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void Statements_from_the_standard_input_are_run_one_after_another()
    {
        var run = HostProcess.RunWithInput("$x = 20\nfunction Add($a) {\n  $a + 1\n}\nAdd $x\nexit 4\n'never'\n");

        Assert.Equal("21", run.Output.Trim());
        Assert.Equal(4, run.ExitCode);
    }

    [Fact]
    public void A_question_fails_clearly_when_nobody_can_answer()
    {
        var run = HostProcess.Run("-NonInteractive", "-Command", "Read-Host 'Your name'");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Your name", run.Error);
        Assert.Contains("not interactive", run.Error);
    }

    [Fact]
    public void Objects_are_formatted_as_tables()
    {
        var run = HostProcess.Run("-Command", "[pscustomobject]@{ Node = 'head'; Error = 1.5 }");

        Assert.Matches(@"Node\s+Error\s+-+\s+-+\s+head\s+1\.50", run.Output);
    }

    [Fact]
    public void Progress_becomes_a_plain_line_where_there_is_no_terminal()
    {
        var run = HostProcess.Run("-Command", "1..50 | ForEach-Object { Write-Progress 'Training' \"epoch $_\" -PercentComplete (2 * $_) }");

        Assert.Equal("2% Training | epoch 1", Assert.Single(run.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("-Help", "-Command")]
    [InlineData("-Version", "sleapnn")]
    public void Help_and_version_are_shown(string option, string part)
    {
        var run = HostProcess.Run(option);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(part, run.Output);
    }

    [Theory]
    [InlineData("-Nonsense")]
    [InlineData("-File")]
    [InlineData("no-such-script.ps1")]
    public void What_cannot_be_run_is_refused(string argument)
    {
        var run = HostProcess.Run(argument);

        Assert.Equal(64, run.ExitCode);
        Assert.NotEqual("", run.Error);
    }

    [Theory]
    [InlineData(Interrupt, 130)]
    [InlineData(Terminate, 143)]
    public void A_signal_stops_the_pipeline_and_lets_it_clean_up(int signal, int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var process = HostProcess.Start("-Command", "try { 'ready'; Start-Sleep 60 } finally { [Console]::Out.WriteLine('cleaned') }");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Kill(process.Id, signal));

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), "The host did not stop.");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.Equal("cleaned", process.StandardOutput.ReadLine());
        Assert.Equal(exitCode, process.ExitCode);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A bare system has no program 'kill'.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);

    private string Script(string text)
    {
        var path = Path.Combine(folder, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
