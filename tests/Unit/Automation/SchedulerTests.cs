using System.Xml.Linq;
using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

public sealed class SchedulerTests
{
    private static ScheduledJob Job(AutomationSchedule? schedule = null, string script = "/home/me/my scripts/50%.ps1") =>
        new("cages", "SleapNn predicts on the videos in /data/50% off\n<&>", new CommandLine("/usr/bin/pwsh", ["-NoProfile", "-File", script]), schedule ?? AutomationSchedule.Every(TimeSpan.FromMinutes(10)), "/home/me/my scripts");

    [Theory]
    [InlineData("00:01:00", "* * * * *")]
    [InlineData("00:10:00", "*/10 * * * *")]
    [InlineData("01:00:00", "0 * * * *")]
    [InlineData("06:00:00", "0 */6 * * *")]
    [InlineData("1.00:00:00", "0 0 * * *")]
    public void Cron_gets_intervals_that_it_knows(string interval, string times) =>
        Assert.Equal(
            $"{times} /usr/bin/pwsh -NoProfile -File '/home/me/my scripts/50\\%.ps1' >'{Path.Combine("/home/me/my scripts", "cages.output.txt")}' 2>&1",
            CronScheduler.Line(Job(AutomationSchedule.Every(TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture)))));

    [Theory]
    [InlineData("00:07:00")]
    [InlineData("00:01:30")]
    [InlineData("01:30:00")]
    [InlineData("05:00:00")]
    public void Cron_refuses_intervals_that_it_would_get_wrong(string interval) =>
        Assert.Equal("ScheduleNotPossible", Assert.Throws<AutomationException>(() => CronScheduler.Line(Job(AutomationSchedule.Every(TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture))))).ErrorId);

    [Fact]
    public void Cron_takes_a_time_of_day_but_no_line_breaks()
    {
        Assert.StartsWith("5 22 * * * /usr/bin/pwsh", CronScheduler.Line(Job(AutomationSchedule.Daily(new TimeOnly(22, 5, 59)))));
        Assert.Equal("PathNotPossible", Assert.Throws<AutomationException>(() => CronScheduler.Line(Job(script: "/a\nb"))).ErrorId);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(86401)]
    [InlineData(60.5)]
    public void Schedules_are_from_a_minute_to_a_day(double seconds) =>
        Assert.Equal("ScheduleNotPossible", Assert.Throws<AutomationException>(() => AutomationSchedule.Every(TimeSpan.FromSeconds(seconds))).ErrorId);

    [Fact]
    public void Systemd_gets_a_service_and_a_timer()
    {
        var command = Job().Command with { Environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = "/opt/.net $x" } };
        var files = new SystemdScheduler().Plan(Job() with { Command = command });
        Assert.EndsWith(Path.Combine("systemd", "user", "sleapnn-cages.service"), files[0].Path);
        Assert.Equal(
            """
            # Written by Register-SleapAutomation.
            [Unit]
            Description=SleapNn predicts on the videos in /data/50%% off <&>

            [Service]
            Type=oneshot
            Environment="DOTNET_ROOT=/opt/.net $x"
            ExecStart="/usr/bin/pwsh" "-NoProfile" "-File" "/home/me/my scripts/50%%.ps1"
            SuccessExitStatus=3
            Nice=10
            KillMode=mixed
            TimeoutStopSec=30

            """.ReplaceLineEndings("\n"),
            files[0].Content);
        Assert.Contains("OnActiveSec=5s\nOnUnitInactiveSec=600s\n", files[1].Content);
        Assert.Contains("OnCalendar=*-*-* 22:00:00\nPersistent=true\n", new SystemdScheduler().Plan(Job(AutomationSchedule.Daily(new TimeOnly(22, 0))))[1].Content);
    }

    [Fact]
    public void The_Task_Scheduler_gets_a_task()
    {
        var job = Job(script: @"C:\Users\me\my scripts\it's.ps1") with { Command = new CommandLine(@"C:\Program Files\PowerShell\7\pwsh.exe", ["-NoProfile", "-File", @"C:\Users\me\my scripts\it's.ps1"]) };
        var document = XDocument.Parse(WindowsTaskScheduler.Xml(job));
        XNamespace ns = "http://schemas.microsoft.com/windows/2004/02/mit/task";
        Assert.Equal("UTF-16", document.Declaration!.Encoding);
        Assert.Equal(["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"], document.Root!.Elements().Select(element => element.Name.LocalName));
        string Value(string name) => Assert.Single(document.Descendants(ns + name)).Value;
        Assert.Equal(@"C:\Program Files\PowerShell\7\pwsh.exe", Value("Command"));
        Assert.Equal("""-NoProfile -File "C:\Users\me\my scripts\it's.ps1" """.TrimEnd(), Value("Arguments"));
        Assert.Equal(("PT10M", "IgnoreNew", "true", "PT0S", "false"), (Value("Interval"), Value("MultipleInstancesPolicy"), Value("StartWhenAvailable"), Value("ExecutionTimeLimit"), Value("StopIfGoingOnBatteries")));
        Assert.Contains("50% off\n<&>", Value("Description"));

        var daily = XDocument.Parse(WindowsTaskScheduler.Xml(job with { Schedule = AutomationSchedule.Daily(new TimeOnly(22, 5)) }));
        Assert.Equal("2024-01-01T22:05:00", Assert.Single(daily.Descendants(ns + "StartBoundary")).Value);
        Assert.Equal("1", Assert.Single(daily.Descendants(ns + "DaysInterval")).Value);
        Assert.Equal("PathNotPossible", Assert.Throws<AutomationException>(() => WindowsTaskScheduler.Xml(Job())).ErrorId);
    }

    [Fact]
    public void The_task_is_written_as_the_scheduler_reads_it()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sleapnn-{Guid.NewGuid():N}.xml");
        try
        {
            new PlannedFile(path, WindowsTaskScheduler.Xml(Job(script: "C:\\a.ps1"))) { IsUtf16 = true }.Write();
            Assert.Equal([0xFF, 0xFE], File.ReadAllBytes(path)[..2]);
            using var stream = File.OpenRead(path);
            Assert.Equal("Task", XDocument.Load(stream).Root!.Name.LocalName);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("cage-1.b_2", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    public void Names_can_be_parts_of_file_names(string name, bool isFine)
    {
        var error = Record.Exception(() => AutomationStore.RequireName(name));
        Assert.Equal(isFine ? null : "AutomationName", (error as AutomationException)?.ErrorId);
    }
}
