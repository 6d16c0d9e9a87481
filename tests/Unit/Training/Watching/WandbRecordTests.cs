using System.Text.Json.Nodes;
using SleapNn.Configuration;
using SleapNn.Training;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Watching;

/// <summary>What 'wandb sync' of the official client needs of a run's file beyond what it can be read by (0.16.6 and 0.18.7 were tried).</summary>
public sealed class WandbRecordTests : IDisposable
{
    private const int History = 2;
    private const int Metric = 12;
    private const int Exit = 18;
    private const int Final = 20;
    private const int Footer = 22;

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-wandb-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The client sends the end only where it is followed by the record 'final'; else a run that failed is shown as one that went well.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void How_a_run_ended_is_told_in_full(bool isWhole, int code)
    {
        var records = Logged((observer, run) =>
        {
            observer.StepEnded(0, 50, 0.5, new Dictionary<string, double>());
            if (isWhole)
            {
                observer.Ended(run);
            }
        });
        Assert.Equal(code, records[^3].Message(Exit).Number(1));
        Assert.True(records[^2].Has(Final));
        Assert.True(records[^1].Has(Footer));
        var summary = Items(records[^4].Message(3));
        Assert.Equal(0.5, (double)summary["loss"]!);
        Assert.NotNull(summary["_wandb"]!["runtime"]);
    }

    /// <summary>Steps rise from row to row; the official client makes one row of all that is logged at a step.</summary>
    [Fact]
    public void A_step_has_one_row()
    {
        var records = Logged((observer, run) =>
        {
            observer.StepEnded(0, 50, 0.5, new Dictionary<string, double>());
            observer.StepEnded(0, 51, 0.4, new Dictionary<string, double>());
            observer.StepEnded(0, 100, 0.3, new Dictionary<string, double>());
            observer.EpochEnded(Entry(0, 0.2));
            observer.StepEnded(1, 150, 0.1, new Dictionary<string, double>());
            observer.Ended(run);
        });
        var rows = records.Where(record => record.Has(History)).Select(record => (Row: Items(record.Message(History)), Step: record.Message(History).Message(2).Number(1))).ToList();
        Assert.Equal([50, 100, 150], rows.Select(row => row.Step));
        Assert.Equal([50, 100, 150], rows.Select(row => (long)row.Row["_step"]!));
        Assert.Equal((0.3, 0.2, 0), ((double)rows[1].Row["loss"]!, (double)rows[1].Row["val/loss"]!, (int)rows[1].Row["epoch"]!));
        Assert.False(rows[2].Row.ContainsKey("val/loss"));
    }

    /// <summary>The client drops metrics with a star when it syncs.</summary>
    [Fact]
    public void What_is_drawn_over_epochs_is_named_once_and_in_full()
    {
        var records = Logged((observer, run) =>
        {
            observer.EpochEnded(Entry(0, 0.2));
            observer.EpochEnded(Entry(1, 0.1));
            observer.Ended(run);
        });
        var named = records.Where(record => record.Has(Metric) && record.Message(Metric).Has(1)).Select(record => record.Message(Metric)).ToList();
        Assert.Equal("epoch", named[0].Text(1));
        Assert.Equal(["train/loss", "train/lr", "train/paf_loss", "train/time", "val/loss", "val/time"], named.Skip(1).Select(metric => metric.Text(1)).Order());
        Assert.All(named.Skip(1), metric => Assert.Equal(("epoch", 1), (metric.Text(4), metric.Number(10))));
        Assert.True(records.FindIndex(record => record.Has(Metric) && record.Message(Metric).Text(1) == "val/loss") < records.FindIndex(record => record.Has(History)));
    }

    /// <summary>The client adds to this section of the configuration what is drawn over epochs and that the run began, but only where the section is there.</summary>
    [Fact]
    public void The_configuration_has_a_section_for_the_client()
    {
        var records = Logged((observer, run) => observer.Ended(run));
        var config = records[1].Message(17).Message(4).All(1).ToDictionary(item => item.Text(1), item => item.Text(16));
        Assert.Equal("{}", config["_wandb"]);
    }

    [Fact]
    public void A_resumed_run_knows_its_best_epoch_and_its_age()
    {
        TrainingLog.Write(Path.Combine(folder, TrainingLog.FileName), [Entry(0, 0.2), Entry(1, 0.9), Entry(2, 0.01)]);
        var records = Logged((observer, _) => observer.EpochEnded(Entry(2, 0.5)), epoch: 2);
        var summary = Items(records[^4].Message(3));
        Assert.Equal(0.2, (double)summary["best/val/loss"]!);
        Assert.InRange((double)summary["_runtime"]!, 22, 60);
    }

    /// <summary>Without --append the client lays its rows over those of the run's first part.</summary>
    [Theory]
    [InlineData(false, "wandb sync '")]
    [InlineData(true, "wandb sync --append '")]
    public void How_to_upload_a_run_later_depends_on_whether_it_was_resumed(bool isResumed, string expected)
    {
        var before = Environment.GetEnvironmentVariable("WANDB_BASE_URL");
        Environment.SetEnvironmentVariable("WANDB_BASE_URL", "http://127.0.0.1:9");
        try
        {
            var run = ZmqTests.RunOf(10, folder);
            run.Config.TrainerConfig.Wandb = new WandbConfig { Entity = "lab", CurrentRunId = "abcdefgh", PrvRunid = isResumed ? "abcdefgh" : null, ApiKey = new string('0', 40) };
            var warnings = new List<string>();
            using (var observer = new WandbObserver(run.Config.TrainerConfig, isOnline: true, warnings.Add))
            {
                observer.Started(run, 0);
            }

            Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WANDB_BASE_URL", before);
        }
    }

    private static TrainingLogEntry Entry(int epoch, double loss) => new()
    {
        Epoch = epoch, TrainLoss = loss, ValLoss = loss, LearningRate = 1e-4, TrainSeconds = 10, ValSeconds = 1,
        Other = new Dictionary<string, double> { ["train_paf_loss"] = loss },
    };

    private static Dictionary<string, JsonNode?> Items(ProtoMessage message) => message.All(1).ToDictionary(item => item.Text(1), item => JsonNode.Parse(item.Text(16)));

    private List<ProtoMessage> Logged(Action<WandbObserver, TrainingRun> log, int epoch = 0)
    {
        var run = ZmqTests.RunOf(10, folder);
        run.Config.TrainerConfig.Wandb = new WandbConfig { WandbMode = "offline", Project = "flies", CurrentRunId = "abcdefgh" };
        using (var observer = new WandbObserver(run.Config.TrainerConfig, isOnline: false, _ => { }))
        {
            observer.Started(run, epoch);
            log(observer, run);
        }

        return WandbReader.Read(Assert.Single(Directory.GetFiles(folder, "*.wandb", SearchOption.AllDirectories)));
    }
}
