using SleapNn.Cluster;
using SleapNn.Runtime;
using SleapNn.Tests.Runtime;

namespace SleapNn.Tests.Cluster;

public sealed class BatchScriptTests
{
    private static readonly ClusterEnvironment Bare = new() { HostPath = "/opt/host/sleapnn", ModulePath = "/opt/SleapNn" };

    [Fact]
    public void Resources_become_options()
    {
        var lines = Options(new ClusterResources
        {
            Partition = "gpu,long",
            Account = "lab",
            Qos = "high",
            Constraint = "a100|h100",
            Gpu = "a100:1",
            CpuCount = 8,
            Memory = "32G",
            TimeLimit = new TimeSpan(2, 3, 4, 5),
            SaveTime = TimeSpan.FromSeconds(90),
            ThrottleLimit = 4,
            ExtraOptions = ["--exclude=node[01-03]"],
        });

        Assert.Equal(
            [
                "--job-name=sweep", "--array=1-2%4", "--partition=gpu,long", "--account=lab", "--qos=high", "--constraint=a100|h100", "--nodes=1", "--ntasks=1",
                "--cpus-per-task=8", "--mem=32G", "--gres=gpu:a100:1", "--time=2-03:05:00", "--signal=B:TERM@90", "--requeue", "--output=/dev/null", "--exclude=node[01-03]",
            ],
            lines);
    }

    [Fact]
    public void What_is_not_given_is_left_to_the_cluster() =>
        Assert.Equal(["--job-name=sweep", "--array=1-2", "--nodes=1", "--ntasks=1", "--signal=B:TERM@180", "--requeue", "--output=/dev/null"], Options(new ClusterResources()));

    [Theory]
    [InlineData("0x1")]
    [InlineData("a100:")]
    [InlineData("a100:1 --uid=0")]
    [InlineData("-1")]
    public void A_gpu_that_is_none_is_refused(string gpu) =>
        Assert.Equal("ClusterOptionInvalid", Assert.Throws<ClusterException>(() => Options(new ClusterResources { Gpu = gpu })).ErrorId);

    [Fact]
    public void Options_without_dashes_and_limits_without_time_are_refused()
    {
        Assert.Equal("ClusterOptionInvalid", Assert.Throws<ClusterException>(() => Options(new ClusterResources { ExtraOptions = ["exclude=node03"] })).ErrorId);
        var limit = Assert.Throws<ClusterException>(() => Options(new ClusterResources { TimeLimit = TimeSpan.FromMinutes(3) }));
        Assert.Equal("ClusterTimeLimit", limit.ErrorId);
        Assert.Contains("3 min", limit.Message);
    }

    [LinuxFact]
    public void Bash_accepts_every_form_of_it()
    {
        ClusterEnvironment[] environments =
        [
            Bare,
            new() { HostPath = "/opt/it's/sleapnn.dll", ModulePath = "/opt/$x `id`", Modules = ["cuda/12.4", "it's"], Device = "cuda" },
            new() { HostPath = "/opt/host/sleapnn", ModulePath = "/opt/SleapNn", Container = "/images/a b.sif", ContainerBinds = ["/videos:/videos:ro"] },
        ];
        foreach (var environment in environments)
        {
            var script = BatchScript.Write("it's", "/jobs/a $b", ["/runs/it's #1"], new ClusterResources { Gpu = "1" }, environment, ["/data"]);
            var result = ProgramRunner.Run("bash", ["-n", "-c", script])!;
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
        }
    }

    [UnixFact]
    public void A_container_shows_what_the_run_needs()
    {
        var script = BatchScript.Write("c", "/jobs/1", ["/runs/a", "/runs/b"], new ClusterResources { Gpu = "1" }, new() { HostPath = "/opt/host/sleapnn", ModulePath = "/opt/SleapNn", Container = "/i.sif", ContainerBinds = ["/v:/v:ro"] }, ["/data"]);

        Assert.Contains(
            "exec --nv \\\n  --bind '/jobs/1' \\\n  --bind '/opt/SleapNn' \\\n  --bind '/opt/host' \\\n  --bind '/runs' \\\n  --bind '/data' \\\n  --bind '/v:/v:ro' \\\n  '/i.sif' '/opt/host/sleapnn')",
            script);
    }

    private static string[] Options(ClusterResources resources) =>
        [.. BatchScript.Write("sweep", "/job", ["/a", "/b"], resources, Bare, []).Split('\n').Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line[8..])];
}
