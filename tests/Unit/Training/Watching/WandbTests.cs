using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Training;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Watching;

public sealed class WandbTests : TorchTest
{
    private const string Key = "5ecre7k3y5ecre7k3y5ecre7k3y5ecre7k3y0123";
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Fact]
    public void A_run_offline_leaves_a_folder_that_wandb_sync_reads()
    {
        var config = Config("offline");
        config.TrainerConfig.VisualizePredsDuringTraining = true;
        config.TrainerConfig.Wandb.SaveVizImgsWandb = true;
        var run = Trainer.Run(data.Request(config));
        var id = ConfigFile.Load(Path.Combine(run.Path, "training_config.yaml")).TrainerConfig.Wandb.CurrentRunId!;
        Assert.Matches("^[a-z0-9]{8}$", id);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(run.Path, "wandb")));
        Assert.Matches($"^offline-run-[0-9]{{8}}_[0-9]{{6}}-{id}$", Path.GetFileName(folder));
        var records = WandbReader.Read(Path.Combine(folder, $"run-{id}.wandb"));

        Assert.Equal(Enumerable.Range(1, records.Count).Select(n => (long)n), records.Select(r => r.Number(1)));
        Assert.Equal("0.9.0", records[0].Message(21).Message(1).Text(2));
        var start = records[1].Message(17);
        Assert.Equal((id, "lab", "flies", "night", "sweep"), (start.Text(1), start.Text(2), start.Text(3), start.Text(8), start.Text(6)));
        var items = start.Message(4).All(1).ToDictionary(item => item.Text(1), item => JsonNode.Parse(item.Text(16)));
        Assert.Equal(2, (int?)items["run_config"]!["trainer_config"]!["max_epochs"]);
        Assert.Equal("single_instance", (string?)items["model_type"]);
        Assert.Contains(records, r => r.Has(12) && r.Message(12).Text(2) == "val/*" && r.Message(12).Text(4) == "epoch");

        var log = TrainingLog.Read(run.Path);
        var lines = records.Where(r => r.Has(2)).Select(r => r.Message(2).All(1).ToDictionary(item => item.Text(1), item => JsonNode.Parse(item.Text(16)))).Where(line => line.ContainsKey("val/loss")).ToList();
        Assert.Equal(log.Select(e => e.ValLoss), lines.Select(line => (double)line["val/loss"]!), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([3.0, 6.0], lines.Select(line => (double)line["_step"]!));
        Assert.True(lines[0].ContainsKey("train/confmaps/A"));
        var picture = lines[1]["viz/val/predictions"]!;
        Assert.Equal("image-file", (string?)picture["_type"]);
        var bytes = File.ReadAllBytes(Path.Combine(folder, "files", (string)picture["path"]!));
        Assert.Equal((string?)picture["sha256"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        Assert.Contains(records, r => r.Has(6) && r.Message(6).Message(1).Text(1) == (string?)picture["path"]);

        var summary = records.Last(r => r.Has(3)).Message(3).All(1).ToDictionary(item => item.Text(1), item => item.Text(16));
        Assert.Equal(run.BestLoss, double.Parse(summary["best/val/loss"], System.Globalization.CultureInfo.InvariantCulture), 9);
        Assert.Contains(summary.Keys, name => name.StartsWith("eval/val.0/", StringComparison.Ordinal));
        Assert.Equal(0, records[^3].Message(18).Number(1));
        Assert.True(records[^2].Has(20) && records[^1].Has(22));
        AssertNoKeyIn(run.Path);
    }

    [Fact]
    public void A_record_of_any_length_is_read_back()
    {
        var path = Path.Combine(data.Folder, "long.wandb");
        var lengths = new[] { 0, 1, 32740, 5, 32768, 100_000, 32752, 3, 7 };
        using (var file = new WandbFile(path))
        {
            foreach (var length in lengths)
            {
                file.Add(new ProtoWriter().Text(19, new string('x', length)));
            }
        }

        Assert.Equal(lengths, WandbReader.Read(path).Select(record => record.Has(19) ? record.Text(19).Length : 0));
    }

    [Fact]
    public void A_run_online_tells_the_server_all_and_writes_the_key_nowhere()
    {
        using var server = new WandbStandIn();
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", server.Address);
        var config = Config("online");
        config.TrainerConfig.VisualizePredsDuringTraining = true;
        config.TrainerConfig.Wandb.SaveVizImgsWandb = true;
        var messages = new List<string>();
        var run = Trainer.Run(data.Request(config), new Immediate(p => messages.Add(p.Message ?? "")));
        Assert.DoesNotContain(messages, m => m.Contains("Biases", StringComparison.Ordinal));

        var api = server.Requests.Where(r => !r.Path.StartsWith("/store", StringComparison.Ordinal)).ToList();
        Assert.All(api, r => Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + Key)), r.Authorization));
        var upsert = JsonNode.Parse(api[0].Body)!;
        Assert.Equal("/graphql", api[0].Path);
        Assert.Contains("upsertBucket", (string?)upsert["query"], StringComparison.Ordinal);
        Assert.Equal(("flies", "lab", "sweep", "night"), ((string?)upsert["variables"]!["project"], (string?)upsert["variables"]!["entity"], (string?)upsert["variables"]!["groupName"], (string?)upsert["variables"]!["displayName"]));
        Assert.Equal(2, (int?)JsonNode.Parse((string)upsert["variables"]!["config"]!)!["run_config"]!["value"]!["trainer_config"]!["max_epochs"]);

        var id = (string)upsert["variables"]!["name"]!;
        var streams = api.Where(r => r.Path == $"/files/lab/flies/{id}/file_stream").Select(r => JsonNode.Parse(r.Body)!).ToList();
        var offset = WandbStandIn.LinesBefore;
        var lines = new List<JsonNode>();
        foreach (var part in streams.Select(s => s["files"]?["wandb-history.jsonl"]).OfType<JsonNode>())
        {
            Assert.Equal(offset, (int?)part["offset"]);
            lines.AddRange(part["content"]!.AsArray().Select(line => JsonNode.Parse((string)line!)!));
            offset += part["content"]!.AsArray().Count;
        }

        Assert.Equal(TrainingLog.Read(run.Path).Select(e => Math.Round(e.ValLoss, 9)), lines.Where(l => l["val/loss"] is not null).Select(l => Math.Round((double)l["val/loss"]!, 9)));
        Assert.Equal((true, 0), ((bool?)streams[^1]["complete"], (int?)streams[^1]["exitcode"]));
        Assert.Contains("eval/val.0/", streams.Last(s => s["files"]?["wandb-summary.json"] is not null).ToJsonString(), StringComparison.Ordinal);

        var stored = server.Requests.Where(r => r.Path.StartsWith("/store", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(stored);
        Assert.All(stored, r => Assert.Equal(("PUT", null, "image/png"), (r.Method, r.Authorization, r.ContentType)));
        Assert.Equal(stored.Select(r => r.Path["/store/".Length..]).Order(), streams.SelectMany(s => s["uploaded"]?.AsArray() ?? []).Select(name => (string)name!).Order());
        AssertNoKeyIn(run.Path);
    }

    [Fact]
    public void Without_a_network_training_goes_on_and_tells_how_to_upload_later()
    {
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", "http://127.0.0.1:9");
        var messages = new List<string>();
        var run = Trainer.Run(data.Request(Config("online")), new Immediate(p => messages.Add(p.Message ?? "")));
        Assert.Equal(TrainingEnd.MaxEpochs, run.End);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(run.Path, "wandb")));
        Assert.Contains(messages, m => m.Contains($"wandb sync '{folder}'", StringComparison.Ordinal));
        Assert.True(WandbReader.Read(Directory.GetFiles(folder, "*.wandb")[0])[^3].Has(18));
        AssertNoKeyIn(run.Path);
    }

    [Fact]
    public void A_busy_server_is_asked_again_and_a_wrong_key_is_not()
    {
        using var server = new WandbStandIn { FailuresFirst = 1 };
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", server.Address);
        var run = ZmqTests.RunOf(10);
        run.Config.TrainerConfig.Wandb.CurrentRunId = "abcdefgh";
        using (var sender = new WandbUploader(new WandbClient(new Uri(server.Address), Key), WandbRun.Of(run, false)))
        {
            sender.Add("""{"loss":1}""", "{}");
            Assert.True(sender.End(0, TimeSpan.FromSeconds(30)));
        }

        using var refused = new WandbStandIn { Refuses = true };
        using var other = new WandbUploader(new WandbClient(new Uri(refused.Address), Key), WandbRun.Of(run, false));
        Assert.False(other.End(0, TimeSpan.FromSeconds(30)));
        Assert.Contains("API key", other.Failure, StringComparison.Ordinal);
        Assert.Single(refused.Requests);
    }

    [Fact]
    public void Online_needs_a_key_and_disabled_logs_nothing()
    {
        using var environment = new EnvironmentVariable("WANDB_API_KEY", null);
        var config = Config("online");
        config.TrainerConfig.Wandb.ApiKey = null;
        Assert.Equal("TrainingWandbKey", Assert.Throws<TrainingException>(() => new RunWatchers(config, _ => { })).ErrorId);
        using (new EnvironmentVariable("WANDB_API_KEY", Key))
        using (var watchers = new RunWatchers(config, _ => { }))
        {
            Assert.Single(watchers.Observers);
        }

        config.TrainerConfig.Wandb.WandbMode = "disabled";
        using var none = new RunWatchers(config, _ => { });
        Assert.Empty(none.Observers);
    }

    [Theory]
    [InlineData("online", "lab", "{0}/lab/flies/runs/{1}")]
    [InlineData("online", null, "{0}/me/flies/runs/{1}")]
    [InlineData("offline", "lab", null)]
    public void The_address_of_the_page_is_known_when_the_run_begins(string mode, string? entity, string? expected)
    {
        using var server = new WandbStandIn();
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", server.Address);
        var run = ZmqTests.RunOf(10, Path.Combine(data.Folder, "run"));
        run.Config.TrainerConfig.Wandb = Config(mode).TrainerConfig.Wandb;
        (run.Config.TrainerConfig.Wandb.CurrentRunId, run.Config.TrainerConfig.Wandb.Entity) = ("abcdefgh", entity);
        using var observer = new WandbObserver(run.Config.TrainerConfig, mode == "online", _ => { });
        observer.Started(run, 0);
        Assert.Equal(expected is null ? null : string.Format(null, expected, server.Address, "abcdefgh"), observer.PageUrl);
    }

    [Fact]
    public void Boxes_masks_and_tables_are_logged_where_they_are_asked_for()
    {
        var config = Config("offline");
        config.TrainerConfig.MaxEpochs = 1;
        config.TrainerConfig.VisualizePredsDuringTraining = true;
        var wandb = config.TrainerConfig.Wandb;
        (wandb.SaveVizImgsWandb, wandb.VizBoxes, wandb.VizMasks, wandb.LogVizTable) = (true, true, true, true);
        (wandb.VizBoxSize, wandb.VizConfmapThreshold) = (6, 0.001);
        var (line, folder, start) = Logged(Trainer.Run(data.Request(config)));

        var boxes = line["viz/val/predictions_boxes"]!;
        Assert.Equal(("image-file", "png"), ((string?)boxes["_type"], (string?)boxes["format"]));
        Assert.InRange((int)boxes["height"]!, 512, 560);
        var truth = JsonNode.Parse(ReadAttached(folder, boxes["boxes"]!["ground_truth"]!, "boxes2D"))!;
        Assert.Equal("A", (string?)truth["class_labels"]!["0"]);
        var box = truth["box_data"]![1]!;
        Assert.Equal((1, "GT: B", "percent"), ((int)box["class_id"]!, (string?)box["box_caption"], (string?)box["domain"]));
        Assert.Equal(6.0 / TinyDataset.Width, (double)box["position"]!["width"]!, 9);
        Assert.InRange((double)box["position"]!["middle"]![0]!, 0, 1);
        ReadAttached(folder, boxes["boxes"]!["predictions"]!, "boxes2D");

        var masks = line["viz/train/predictions_masks"]!;
        var mask = SleapNn.Media.Picture.Decode(ReadAttached(folder, masks["masks"]!["confidence_maps"]!, "mask"));
        Assert.Equal((TinyDataset.Height, TinyDataset.Width, 1), (mask.HeightPx, mask.WidthPx, mask.Channels));
        Assert.All(mask.Pixels, pixel => Assert.InRange(pixel, 0, 2));
        var labels = start["_wandb"]!;
        Assert.Equal("background", (string?)labels["mask/class_labels"]!["viz/train/predictions_masks_wandb_delimeter_confidence_maps"]!["value"]!["0"]);
        Assert.Equal("B", (string?)labels["bounding_box/class_labels"]!["viz/val/predictions_boxes_wandb_delimeter_predictions"]!["value"]!["1"]);

        var table = JsonNode.Parse(ReadAttached(folder, line["predictions_table"]!, "table-file"))!;
        Assert.Equal("""["Epoch","Train","Validation"]""", table["columns"]!.ToJsonString());
        Assert.Equal((string?)line["viz/train/predictions"]!["path"], (string?)table["data"]![0]![1]!["path"]);

        static byte[] ReadAttached(string folder, JsonNode file, string type)
        {
            Assert.Equal(type, (string?)file["_type"]);
            var bytes = File.ReadAllBytes(Path.Combine(folder, "files", (string)file["path"]!));
            Assert.Equal((string?)file["sha256"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
            return bytes;
        }
    }

    [Theory]
    [InlineData(true, false, true, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, true, false)]
    public void The_drawn_pictures_can_be_left_out(bool enabled, bool masks, bool hasDrawn, bool hasMasks)
    {
        var config = Config("offline");
        config.TrainerConfig.MaxEpochs = 1;
        config.TrainerConfig.VisualizePredsDuringTraining = true;
        var wandb = config.TrainerConfig.Wandb;
        (wandb.SaveVizImgsWandb, wandb.VizEnabled, wandb.VizMasks) = (true, enabled, masks);
        var (line, _, _) = Logged(Trainer.Run(data.Request(config)));
        Assert.Equal((hasDrawn, hasMasks), (line.ContainsKey("viz/train/predictions"), line.ContainsKey("viz/train/predictions_masks")));
        Assert.False(line.ContainsKey("viz/train/predictions_boxes"));
        Assert.False(line.ContainsKey("predictions_table"));
    }

    /// <summary>Each pixel of a mask is of the node that is surest there.</summary>
    [Fact]
    public void A_mask_follows_the_confidence_maps()
    {
        var image = new SleapNn.Media.ImageFrame(0, new byte[4 * 8], 4, 8, 1);
        float[] values = [0.05f, 0.9f, 0, 0, 0, 0, 0, 0.3f, 0.2f, 0.1f, 0, 0, 0, 0, 0, 0.4f];
        var maps = new SleapNn.Inference.NetworkMaps(values, 2, 4, 2, 0, 0, ["A", "B"]);
        var mask = WandbPictures.Mask(image, new SleapNn.Inference.NetworkLook([maps], [], []), 0.15);
        Assert.Equal(new byte[] { 2, 1, 1, 0, 0, 0, 0, 0 }, mask.Pixels[..8]);
        Assert.Equal(2, mask.Pixels[(3 * 8) + 7]);
    }

    [Theory]
    [InlineData("offline", null, true)]
    [InlineData("offline", true, false)]
    [InlineData("offline", false, true)]
    [InlineData("online", null, false)]
    [InlineData("online", false, true)]
    [InlineData("online", true, false)]
    public void The_local_log_is_deleted_where_it_is_not_needed(string mode, bool? deletes, bool isKept)
    {
        using var server = new WandbStandIn();
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", server.Address);
        var config = Config(mode);
        config.TrainerConfig.MaxEpochs = 1;
        config.TrainerConfig.Wandb.DeleteLocalLogs = deletes;
        var run = Trainer.Run(data.Request(config));
        Assert.Equal(isKept, Directory.Exists(Path.Combine(run.Path, "wandb")));
    }

    [Fact]
    public void A_log_that_the_server_lacks_is_never_deleted()
    {
        using var environment = new EnvironmentVariable("WANDB_BASE_URL", "http://127.0.0.1:9");
        var config = Config("online");
        config.TrainerConfig.MaxEpochs = 1;
        config.TrainerConfig.Wandb.DeleteLocalLogs = true;
        Assert.True(Directory.Exists(Path.Combine(Trainer.Run(data.Request(config)).Path, "wandb")));
    }

    [Fact]
    public void An_earlier_run_is_gone_on_with()
    {
        var config = Config("offline");
        config.TrainerConfig.Wandb.PrvRunid = "earlier1";
        var run = Trainer.Run(data.Request(config));
        var file = Assert.Single(Directory.GetFiles(run.Path, "run-earlier1.wandb", SearchOption.AllDirectories));
        Assert.Equal(1, WandbReader.Read(file)[1].Message(17).Number(18));
    }

    private static (Dictionary<string, JsonNode?> Line, string Folder, Dictionary<string, JsonNode?> Start) Logged(TrainingRun run)
    {
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(run.Path, "wandb")));
        var records = WandbReader.Read(Assert.Single(Directory.GetFiles(folder, "*.wandb")));
        var line = records.Where(r => r.Has(2)).Select(r => r.Message(2).All(1).ToDictionary(item => item.Text(1), item => JsonNode.Parse(item.Text(16)))).Last(l => l.ContainsKey("val/loss"));
        return (line, folder, records[1].Message(17).Message(4).All(1).ToDictionary(item => item.Text(1), item => JsonNode.Parse(item.Text(16))));
    }

    private SleapConfig Config(string mode)
    {
        var config = data.Config(epochs: 2, steps: 3);
        config.TrainerConfig.UseWandb = true;
        config.TrainerConfig.Wandb = new WandbConfig { WandbMode = mode, Entity = "lab", Project = "flies", Name = "night", Group = "sweep", ApiKey = Key };
        return config;
    }

    private static void AssertNoKeyIn(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            foreach (var form in new[] { Key, Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + Key)) })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) < 0, path);
            }
        }
    }

    private sealed class EnvironmentVariable : IDisposable
    {
        private readonly string name;
        private readonly string? before;

        public EnvironmentVariable(string name, string? value)
        {
            (this.name, before) = (name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(name, before);
    }
}
