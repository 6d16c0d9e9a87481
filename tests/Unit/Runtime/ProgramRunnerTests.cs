using SleapNn.Runtime;

namespace SleapNn.Tests.Runtime;

public sealed class ProgramRunnerTests
{
    [LinuxFact]
    public void Arguments_reach_the_program_as_they_are()
    {
        string[] odd = ["", "a b", "$HOME", "`id`", "'\"", "*", "-x", "ä\n|;&"];
        var result = ProgramRunner.Run("printf", ["[%s]", .. odd])!;

        Assert.Equal((0, string.Concat(odd.Select(text => $"[{text}]"))), (result.ExitCode, result.Output));
    }

    [Fact]
    public void A_program_that_is_not_there_is_null() => Assert.Null(ProgramRunner.Run("sleapnn-no-such-program", []));

    [LinuxFact]
    public void Errors_and_a_stop_are_told()
    {
        Assert.Equal((3, "one two"), ProgramRunner.Run("sh", ["-c", "echo one >&2; echo two >&2; exit 3"]) is var failed ? (failed!.ExitCode, failed.Complaint) : default);
        using var stop = new CancellationTokenSource(200);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() => ProgramRunner.Run("sleep", ["60"], token: stop.Token));
        Assert.Throws<TimeoutException>(() => ProgramRunner.Run("sleep", ["60"], limit: TimeSpan.FromMilliseconds(200)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }

    [LinuxFact]
    public void What_it_reads_reaches_it_or_is_left()
    {
        Assert.Equal("äb", ProgramRunner.Run("cat", [], input: "äb")!.Output);
        Assert.Equal(0, ProgramRunner.Run("true", [], input: new string('x', 1 << 20))!.ExitCode);
    }
}
