using System.Text.Json.Nodes;
using SleapNn.Configuration;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Watching;

public sealed class WandbUploaderTests
{
    private const string Key = "5ecre7k3y5ecre7k3y5ecre7k3y5ecre7k3y0123";

    /// <summary>The server takes a run for crashed that it does not hear of.</summary>
    [Fact]
    public void A_quiet_run_tells_that_it_is_alive()
    {
        using var server = new WandbStandIn();
        using var sender = new WandbUploader(new WandbClient(new Uri(server.Address), Key), Run(), silence: TimeSpan.FromMilliseconds(20));
        Assert.True(SpinWait.SpinUntil(() => server.Requests.Count(r => r.Path == "/files/lab/flies/abcdefgh/file_stream" && r.Body == "{}") >= 2, TimeSpan.FromSeconds(30)));
        Assert.True(sender.End(0, TimeSpan.FromSeconds(30)));
        Assert.Equal("""{"complete":true,"exitcode":0}""", server.Requests.Last().Body);
    }

    /// <summary>The page finds in the configuration what is drawn over epochs; it may have renamed the run since it began.</summary>
    [Fact]
    public void The_metrics_of_a_run_are_told_without_its_name()
    {
        using var server = new WandbStandIn();
        var run = Run();
        using (var sender = new WandbUploader(new WandbClient(new Uri(server.Address), Key), run))
        {
            sender.Change(run.ForServer(["val/loss"]));
            Assert.True(sender.End(0, TimeSpan.FromSeconds(30)));
        }

        var upserts = server.Requests.Where(r => r.Path == "/graphql").Select(r => JsonNode.Parse(r.Body)!["variables"]!).ToList();
        Assert.Equal(["night", null], upserts.Select(upsert => (string?)upsert["displayName"]));
        Assert.Equal(["abcdefgh", "abcdefgh"], upserts.Select(upsert => (string?)upsert["name"]));
        var own = JsonNode.Parse((string)upserts[1]["config"]!)!["_wandb"]!["value"]!;
        Assert.Equal("""[{"1":"epoch","6":[3]},{"1":"val/loss","5":1,"6":[3]}]""", own["m"]!.ToJsonString());
        Assert.NotNull(own["t"]!["13"]);
        Assert.Empty(run.Config["_wandb"]!.AsObject());
    }

    private static WandbRun Run()
    {
        var run = ZmqTests.RunOf(10);
        run.Config.TrainerConfig.Wandb = new WandbConfig { Entity = "lab", Project = "flies", Name = "night", CurrentRunId = "abcdefgh" };
        return WandbRun.Of(run, false);
    }
}
