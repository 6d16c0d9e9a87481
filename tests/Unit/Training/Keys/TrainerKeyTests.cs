using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;
using NetMQ;
using NetMQ.Sockets;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.PowerShell.Commands;
using SleapNn.Tests.Training.Watching;
using SleapNn.Training;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Keys;

/// <summary>What the keys of <c>trainer_config</c> do that no other test shows.</summary>
public sealed class TrainerKeyTests : TorchTest
{
    private const string Trainer = "trainer_config.";
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Theory]
    [InlineData(Trainer + "train_data_loader.batch_size")]
    [InlineData(Trainer + "val_data_loader.batch_size")]
    public void Batches_have_the_size_that_is_asked_for(string key)
    {
        using var prepared = AllFrames();
        Assert.Equal([3, 3], Sizes(3));
        Assert.Equal([4, 2], Sizes(4));

        long[] Sizes(int size) => [.. Take(prepared, key, size, 2).Select(batch => batch.Images.shape[0])];
    }

    [Fact]
    public void Training_and_validation_go_in_batches_of_their_own_sizes()
    {
        var config = data.Config(epochs: 1, steps: 1);
        (config.TrainerConfig.TrainStepsPerEpoch, config.TrainerConfig.Profiler) = (null, "simple");
        (config.TrainerConfig.TrainDataLoader.BatchSize, config.TrainerConfig.ValDataLoader.BatchSize) = (1, 2);
        var table = File.ReadAllText(Path.Combine(SleapNn.Training.Trainer.Run(data.Request(config)).Path, RunProfiler.TableName));
        Assert.Equal(("3", "2"), (CountOf("training_step"), CountOf("validation_forward")));

        string CountOf(string part) => Regex.Match(table, $@"(?m)^{part} +(\d+) ").Groups[1].Value;
    }

    [Theory]
    [InlineData(Trainer + "train_data_loader.shuffle")]
    [InlineData(Trainer + "val_data_loader.shuffle")]
    public void Every_pass_is_shuffled_on_request(string key)
    {
        using var prepared = AllFrames();
        var ordered = Names(false);
        Assert.Equal(ordered[0], ordered[1]);
        Assert.Equal(prepared.Data.Split.Train.Select(f => f.Name), ordered[0]);
        var shuffled = Names(true);
        Assert.NotEqual(shuffled[0], shuffled[1]);
        Assert.Equal(ordered[0].Order(), shuffled[0].Order());
        Assert.Equal(ordered[0].Order(), shuffled[1].Order());

        List<List<string>> Names(bool shuffle) => [.. Take(prepared, key, shuffle, 12).SelectMany(b => b.Names).Chunk(6).Select(pass => pass.ToList())];
    }

    [Fact]
    public void Validation_is_shuffled_on_request()
    {
        // Hard keypoints are found batch by batch, so the loss shows who shares one: half of the frames have no A, half no B.
        var labels = LabelsFile.Load(data.LabelsPath);
        foreach (var frame in labels.Frames)
        {
            frame.Instances[0].Points[frame.FrameIndex < 3 ? 0 : 1] = PosePoint.Missing;
        }

        LabelsFile.Save(labels, data.LabelsPath);
        var config = data.Config(epochs: 1, steps: 60);
        (config.TrainerConfig.ValDataLoader.BatchSize, config.DataConfig.UseSameDataForVal, config.TrainerConfig.Seed) = (2, true, 5);
        config.TrainerConfig.OnlineHardKeypointMining = new() { OnlineMining = true, MinHardKeypoints = 1, MaxHardKeypoints = 1 };
        var ordered = SleapNn.Training.Trainer.Run(data.Request(config, "ordered")).BestLoss;
        config.TrainerConfig.ValDataLoader.Shuffle = true;
        Assert.NotEqual(ordered, SleapNn.Training.Trainer.Run(data.Request(config, "shuffled")).BestLoss);
    }

    [Theory]
    [InlineData(Trainer + "train_data_loader.num_workers")]
    [InlineData(Trainer + "val_data_loader.num_workers")]
    public void Workers_make_the_next_batches_meanwhile(string key)
    {
        Assert.Equal(1, MadeAfterOne(0));
        Assert.Equal(3, MadeAfterOne(3));

        int MadeAfterOne(int workers)
        {
            using var prepared = AllFrames();
            var config = new SleapConfig();
            ConfigPath.Set(config, key, workers);
            using var batches = BatchLoader.Of(prepared.Source, LoaderOf(config, key), devices: 1, seed: 1).Take(0, 6, default).GetEnumerator();
            Assert.True(batches.MoveNext());
            batches.Current.Dispose();
            SpinWait.SpinUntil(() => prepared.Frames.Count >= workers, TimeSpan.FromSeconds(20));
            return prepared.Frames.Count;
        }
    }

    // Three frames to train on, two in a batch.
    [Theory]
    [InlineData(null, 1, 2)]
    [InlineData(null, 5, 5)]
    [InlineData(3, 1, 3)]
    [InlineData(3, 5, 5)]
    public void An_epoch_has_the_steps_that_are_asked_for(int? steps, int least, int expected)
    {
        var config = data.Config(epochs: 2);
        (config.TrainerConfig.TrainStepsPerEpoch, config.TrainerConfig.MinTrainStepsPerEpoch) = (steps, least);
        var run = SleapNn.Training.Trainer.Run(data.Request(config));
        using var last = CheckpointFile.Read(Path.Combine(run.Path, "last.ckpt"));
        Assert.Equal(2 * expected, last.GlobalStep);
    }

    [Theory]
    [InlineData(Trainer + "save_ckpt_path", "models/first")]
    [InlineData(Trainer + "ckpt_dir", "models")]
    [InlineData(Trainer + "run_name", "first")]
    public void A_run_lies_where_it_is_asked_for(string key, string value)
    {
        var config = data.Config(epochs: 1, steps: 1);
        ConfigPath.Set(config, key, value);
        var run = SleapNn.Training.Trainer.Run(new TrainingRequest { Config = config, BasePath = data.Folder });
        var path = Path.GetRelativePath(data.Folder, run.Path).Replace('\\', '/');
        Assert.Matches(
            key.EndsWith("ckpt_dir", StringComparison.Ordinal) ? @"^models/\d{6}_\d{6}\.single_instance\.n=6$" : $"^{value}$",
            path);
    }

    [Theory]
    [InlineData(Trainer + "optimizer_name", "AdamW", "weight_decay", 0.0, 0.01)]
    [InlineData(Trainer + "optimizer.lr", 0.02, "lr", 0.003, 0.02)]
    [InlineData(Trainer + "optimizer.amsgrad", true, "amsgrad", false, true)]
    public void The_optimizer_of_a_run_is_the_one_that_is_asked_for(string key, object value, string setting, object before, object after)
    {
        var config = data.Config(epochs: 2, steps: 2);
        Assert.Equal(before, Setting("before"));
        ConfigPath.Set(config, key, value);
        Assert.Equal(after, Setting("after"));

        object? Setting(string name)
        {
            var run = SleapNn.Training.Trainer.Run(data.Request(config, name));
            using var last = CheckpointFile.Read(Path.Combine(run.Path, "last.ckpt"));
            var groups = (List<object?>)((OrderedMap<object, object?>)last.OptimizerStates[0]!)["param_groups"]!;
            return ((OrderedMap<object, object?>)groups[0]!)[setting];
        }
    }

    // The loss falls by 0.05 an epoch.
    [Theory]
    [InlineData(Trainer + "early_stopping.stop_training_on_plateau", false, null)]
    [InlineData(Trainer + "early_stopping.patience", 1, 2)]
    [InlineData(Trainer + "early_stopping.patience", 4, 5)]
    [InlineData(Trainer + "early_stopping.min_delta", 0.0, null)]
    [InlineData(Trainer + "early_stopping.min_delta", 0.11, 3)]
    public void Training_ends_when_the_loss_falls_too_little_for_too_long(string key, object value, int? end)
    {
        var config = new SleapConfig();
        config.TrainerConfig.EarlyStopping = new() { StopTrainingOnPlateau = true, Patience = 2, MinDelta = 0.2 };
        ConfigPath.Set(config, key, value);
        var stopping = new EarlyStopping(config.TrainerConfig.EarlyStopping);
        var ended = Enumerable.Range(1, 12).Where(epoch => stopping.EndEpoch(1 - (0.05 * epoch))).ToList();
        Assert.Equal(end, ended.Count == 0 ? null : ended[0]);
    }

    [Fact]
    public void The_controller_is_waited_for_as_long_as_asked()
    {
        using var window = new XPublisherSocket();
        var config = ZmqTests.RunOf(1).Config;
        config.TrainerConfig.Zmq = new ZmqConfig { ControllerPort = window.BindRandomPort("tcp://127.0.0.1"), ControllerPollingTimeout = 10 };
        var shortly = Wait();
        config.TrainerConfig.Zmq.ControllerPollingTimeout = 2_000_000;
        Assert.InRange(Wait(), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(20));
        Assert.True(shortly < TimeSpan.FromSeconds(1.9), $"{shortly}");

        TimeSpan Wait()
        {
            using var watchers = new RunWatchers(config, _ => { });
            var clock = Stopwatch.StartNew();
            Assert.Single(watchers.Observers).StepEnded(0, 1, 1, new Dictionary<string, double>());
            return clock.Elapsed;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_and_Biases_is_used_on_request(bool asked)
    {
        var config = ZmqTests.RunOf(1).Config;
        (config.TrainerConfig.UseWandb, config.TrainerConfig.Wandb.WandbMode) = (asked, "offline");
        using var watchers = new RunWatchers(config, _ => { });
        Assert.Equal(asked ? 1 : 0, watchers.Observers.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_progress_bar_is_shown_on_request(bool asked)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Start-SleapTraining", typeof(StartSleapTraining), null));
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        var config = data.Config(epochs: 1, steps: 1);
        config.TrainerConfig.EnableProgressBar = asked;
        shell.AddCommand("Start-SleapTraining").AddParameter("InputObject", config).AddParameter("OutputPath", Path.Combine(data.Folder, "run"));
        Assert.Single(shell.Invoke());
        Assert.Empty(shell.Streams.Error);
        Assert.Equal(asked, shell.Streams.Progress.Any(record => record.RecordType == ProgressRecordType.Processing));
    }

    private PreparedData AllFrames()
    {
        var config = data.Config();
        config.DataConfig.UseSameDataForVal = true;
        return new PreparedData(config);
    }

    private static DataLoaderConfig LoaderOf(SleapConfig config, string key) =>
        key.Contains("train_data_loader", StringComparison.Ordinal) ? config.TrainerConfig.TrainDataLoader : config.TrainerConfig.ValDataLoader;

    private static List<Batch> Take(PreparedData prepared, string key, object value, int count)
    {
        var config = new SleapConfig();
        ConfigPath.Set(config, key, value);
        return [.. BatchLoader.Of(prepared.Source, LoaderOf(config, key), devices: 1, seed: 1).Take(0, count, default)];
    }
}
