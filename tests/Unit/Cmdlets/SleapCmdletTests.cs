using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using SleapNn.PowerShell;
using PS = System.Management.Automation.PowerShell;

namespace SleapNn.Tests.Cmdlets;

/// <summary>The base of all cmdlets, through small cmdlets made for the test.</summary>
public sealed class SleapCmdletTests : IDisposable
{
    private readonly Runspace runspace;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-cmdlet-").FullName;

    public SleapCmdletTests()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var type in typeof(SleapCmdletTests).GetNestedTypes())
        {
            if (type.GetCustomAttributes(typeof(CmdletAttribute), false) is [CmdletAttribute c])
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{c.VerbName}-{c.NounName}", type, null));
            }
        }

        runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        SleapNn.Host.RootDrive.Repair(runspace);
        runspace.SessionStateProxy.Path.SetLocation(folder);
    }

    [Fact]
    public void A_SleapException_becomes_an_error_record_and_the_pipeline_goes_on()
    {
        using var shell = Script("1, 0, 2 | Test-Guard -Kind Sleap");
        var output = shell.Invoke();

        Assert.Equal([1, 2], output.Select(o => o.BaseObject));
        var error = Assert.Single(shell.Streams.Error);
        Assert.StartsWith("LabelsBroken,", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal("the target", error.TargetObject);
    }

    [Theory]
    [InlineData("Unexpected", "UnexpectedDivideByZeroException", ErrorCategory.NotSpecified)]
    [InlineData("Denied", "AccessDenied", ErrorCategory.PermissionDenied)]
    [InlineData("Missing", "PathNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("NotFoundId", "VideoNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Aggregate", "LabelsBroken", ErrorCategory.InvalidData)]
    public void Every_other_exception_becomes_an_error_record_too(string kind, string id, ErrorCategory category)
    {
        using var shell = Script($"0 | Test-Guard -Kind {kind}");
        shell.Invoke();

        var error = Assert.Single(shell.Streams.Error);
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(category, error.CategoryInfo.Category);
    }

    [Fact]
    public void An_error_before_the_first_object_ends_the_pipeline()
    {
        using var shell = Script("try { 1 | Test-Guard -Kind Begin } catch { \"caught $($_.FullyQualifiedErrorId)\" }");

        Assert.StartsWith("caught LabelsBroken,", Assert.Single(shell.Invoke()).ToString());
    }

    [Fact]
    public void An_error_action_of_stop_ends_the_pipeline()
    {
        using var shell = Script("1, 0, 2 | Test-Guard -Kind Sleap -ErrorAction Stop");

        Assert.Throws<ActionPreferenceStopException>(() => shell.Invoke());
    }

    [Fact]
    public void Paths_are_resolved_at_the_location_of_the_session()
    {
        File.WriteAllText(Path.Combine(folder, "b.slp"), "");
        File.WriteAllText(Path.Combine(folder, "a.slp"), "");
        File.WriteAllText(Path.Combine(folder, "[a].slp"), "");

        Assert.Equal(["[a].slp", "a.slp", "b.slp"], Names("Test-Paths *.slp"));
        Assert.Equal(["a.slp"], Names("Test-Paths [a].slp"));
        Assert.Equal(["[a].slp"], Names("Test-Paths [a].slp -Literal"));
        Assert.Equal(["b.slp", "a.slp"], Names("Test-Paths b.slp, a.slp"));
        Assert.Equal([Path.Combine(folder, "new", "x.slp")], Run("Test-Paths new/x.slp -Output"));
        Assert.Equal(["[a].slp"], Names("Test-Paths [a].slp -Single"));

        IEnumerable<string?> Names(string script) => Run(script).Select(Path.GetFileName);
    }

    [Theory]
    [InlineData("Test-Paths none.slp", "PathNotFound")]
    [InlineData("Test-Paths none*.slp", "PathNotFound")]
    [InlineData("Test-Paths none.slp -Single", "PathNotFound")]
    [InlineData("Test-Paths *.txt -Single", "PathAmbiguous")]
    [InlineData("Test-Paths Env:PATH", "PathNotFileSystem")]
    [InlineData("Test-Paths Nope:/x", "DriveNotFound")]
    [InlineData("Test-Paths Variable:x -Output", "PathNotFileSystem")]
    public void A_path_that_does_not_fit_is_an_error_with_an_id(string script, string id)
    {
        File.WriteAllText(Path.Combine(folder, "1.txt"), "");
        File.WriteAllText(Path.Combine(folder, "2.txt"), "");
        using var shell = Script(script);
        shell.Invoke();

        Assert.Equal(id, Assert.Single(shell.Streams.Error).FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void One_missing_path_does_not_keep_the_others_from_being_used()
    {
        File.WriteAllText(Path.Combine(folder, "a.slp"), "");
        using var shell = Script("Test-Paths none.slp, a.slp");

        Assert.Single(shell.Invoke());
        Assert.Single(shell.Streams.Error);
    }

    [Fact]
    public void Work_on_another_thread_writes_through_the_pipelines_thread_in_order()
    {
        using var shell = Script("Test-Pump -Mode Write -Verbose");
        var output = shell.Invoke();

        Assert.Equal([0, 1, 2, "result"], output.Select(o => o.BaseObject));
        Assert.Equal(["warning"], shell.Streams.Warning.Select(w => w.Message));
        Assert.Equal(["verbose"], shell.Streams.Verbose.Select(w => w.Message));
        Assert.Equal([10, 20], shell.Streams.Progress.Select(p => p.PercentComplete));
    }

    [Fact]
    public void What_the_work_throws_arrives_as_an_error_record()
    {
        using var shell = Script("Test-Pump -Mode Throw");
        shell.Invoke();

        Assert.StartsWith("LabelsBroken,", Assert.Single(shell.Streams.Error).FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("Wait")]
    [InlineData("Deaf")]
    public void A_stop_ends_the_pipeline_within_two_seconds(string mode)
    {
        using var shell = Script($"Test-Pump -Mode {mode}");
        var running = shell.BeginInvoke();
        SpinWait.SpinUntil(() => shell.Streams.Warning.Count > 0, TimeSpan.FromSeconds(30));
        var clock = Stopwatch.StartNew();
        shell.Stop();

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
    }

    [Fact]
    public void A_command_further_down_that_fails_stops_the_work()
    {
        TestPump.Cancelled.Reset();
        using var shell = Script("Test-Pump -Mode Endless | ForEach-Object { throw 'enough' }");

        Assert.Throws<System.Management.Automation.RuntimeException>(() => shell.Invoke());
        Assert.True(TestPump.Cancelled.Wait(TimeSpan.FromSeconds(5)), "The work went on.");
    }

    public void Dispose()
    {
        runspace.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private PS Script(string script)
    {
        var shell = PS.Create(runspace);
        shell.AddScript(script);
        return shell;
    }

    private IReadOnlyList<string> Run(string script)
    {
        using var shell = Script(script);
        var output = shell.Invoke();
        Assert.Empty(shell.Streams.Error.Select(e => e.ToString()));
        return [.. output.Select(o => (string)o.BaseObject)];
    }

    [Cmdlet(VerbsDiagnostic.Test, "Guard")]
    public sealed class TestGuard : SleapCmdlet
    {
        [Parameter(ValueFromPipeline = true)]
        public int Value { get; set; }

        [Parameter]
        public string Kind { get; set; } = "";

        protected override void Begin()
        {
            if (Kind == "Begin")
            {
                throw new LabelsException("LabelsBroken", "broken");
            }
        }

        protected override void Process()
        {
            if (Value != 0)
            {
                WriteObject(Value);
                return;
            }

            throw Kind switch
            {
                "Sleap" => new LabelsException("LabelsBroken", "broken", "the target"),
                "Aggregate" => new AggregateException(new LabelsException("LabelsBroken", "broken")),
                "Denied" => new UnauthorizedAccessException(),
                "Missing" => new FileNotFoundException(),
                "NotFoundId" => new MediaException("VideoNotFound", "gone"),
                _ => new DivideByZeroException(),
            };
        }
    }

    [Cmdlet(VerbsDiagnostic.Test, "Paths")]
    public sealed class TestPaths : SleapCmdlet
    {
        [Parameter(Position = 0)]
        public string[] Path { get; set; } = [];

        [Parameter]
        public SwitchParameter Literal { get; set; }

        [Parameter]
        public SwitchParameter Single { get; set; }

        [Parameter]
        public SwitchParameter Output { get; set; }

        protected override void Process()
        {
            if (Output)
            {
                WriteObject(ResolveOutputPath(Path[0]));
            }
            else if (Single)
            {
                WriteObject(ResolveExistingPath(Path[0], Literal));
            }
            else
            {
                WriteObject(ResolvePaths(Path, Literal), enumerateCollection: true);
            }
        }
    }

    [Cmdlet(VerbsDiagnostic.Test, "Pump")]
    public sealed class TestPump : SleapCmdlet
    {
        public static ManualResetEventSlim Cancelled { get; } = new();

        [Parameter]
        public string Mode { get; set; } = "";

        protected override void Process()
        {
            var pipelineThread = Environment.CurrentManagedThreadId;
            var result = Mode switch
            {
                "Write" => RunPumped((pump, _) =>
                {
                    Assert.NotEqual(pipelineThread, Environment.CurrentManagedThreadId);
                    for (var i = 0; i < 3; i++)
                    {
                        pump.WriteObject(i);
                    }

                    pump.WriteWarning("warning");
                    pump.WriteVerbose("verbose");
                    var progress = pump.ProgressOf<int>(percent =>
                    {
                        Assert.Equal(pipelineThread, Environment.CurrentManagedThreadId);
                        WriteProgress(new ProgressRecord(1, "a", "b") { PercentComplete = percent });
                    });
                    progress.Report(10);
                    progress.Report(20);
                    return "result";
                }),
                "Throw" => RunPumped<string>((_, _) => throw new LabelsException("LabelsBroken", "broken")),
                "Wait" => RunPumped((pump, token) =>
                {
                    pump.WriteWarning("on");
                    token.WaitHandle.WaitOne();
                    token.ThrowIfCancellationRequested();
                    return "";
                }),
                "Deaf" => RunPumped((pump, _) =>
                {
                    // Work inside a native call cannot watch the token.
                    pump.WriteWarning("on");
                    Thread.Sleep(4000);
                    return "";
                }),
                _ => RunPumped((pump, token) =>
                {
                    token.Register(Cancelled.Set);
                    for (var i = 0; !token.IsCancellationRequested; i++)
                    {
                        pump.WriteObject(i);
                    }

                    return "";
                }),
            };
            WriteObject(result);
        }
    }
}
