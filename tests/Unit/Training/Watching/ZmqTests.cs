using System.Text.Json;
using NetMQ;
using NetMQ.Sockets;
using SleapNn.Configuration;
using SleapNn.Training;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Watching;

public sealed class ZmqTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task SLEAPs_window_is_told_how_a_run_goes_on()
    {
        using var socket = new SubscriberSocket();
        socket.SubscribeToAnyTopic();
        var port = socket.BindRandomPort("tcp://127.0.0.1");
        var run = RunOf(stepsPerEpoch: 2);

        // The window subscribes while it waits for messages, as SLEAP's does in a process of its own.
        var window = Task.Run(() => Receive(socket));
        using (var publisher = new ZmqPublisher($"tcp://127.0.0.1:{port}", TimeSpan.FromSeconds(3), () => "https://wandb.ai/lab/flies/runs/abc"))
        {
            publisher.Started(run, 0);
            publisher.StepEnded(0, 1, 0.5, new Dictionary<string, double> { ["A"] = 0.25 });
            publisher.StepEnded(0, 2, 0.25, new Dictionary<string, double> { ["A"] = double.NaN });
            publisher.EpochEnded(new TrainingLogEntry { Epoch = 0, TrainLoss = 0.375, ValLoss = 0.5, LearningRate = 1e-3 });
            publisher.StepEnded(1, 3, 0.125, new Dictionary<string, double>());
            publisher.Ended(run);
        }

        var messages = await window;
        Assert.Equal(
            [
                "train_begin", "epoch_begin", "batch_start", "batch_end", "batch_start", "batch_end", "epoch_end",
                "epoch_begin", "batch_start", "batch_end", "batch_start", "train_end",
            ],
            messages.Select(m => m.GetProperty("event").GetString()));
        Assert.All(messages, m => Assert.Equal("centroid", m.GetProperty("what").GetString()));

        // What the window reads of each.
        Assert.Equal("https://wandb.ai/lab/flies/runs/abc", messages[0].GetProperty("wandb_url").GetString());
        Assert.Equal(0, messages[1].GetProperty("epoch").GetInt32());
        Assert.Equal(1, messages[7].GetProperty("epoch").GetInt32());
        Assert.Equal([0, 1, 0], messages.Where(m => m.GetProperty("event").GetString() == "batch_end").Select(m => m.GetProperty("batch").GetInt32()));
        Assert.Equal(0.5, messages[3].GetProperty("logs").GetProperty("loss").GetDouble());
        Assert.Equal(0.25, messages[3].GetProperty("logs").GetProperty("A").GetDouble());
        Assert.False(messages[5].GetProperty("logs").TryGetProperty("A", out _));
        Assert.Equal(0.375, messages[6].GetProperty("logs").GetProperty("loss").GetDouble());
        Assert.Equal(0.5, messages[6].GetProperty("logs").GetProperty("val_loss").GetDouble());
        Assert.Equal(0.5, messages[6].GetProperty("logs").GetProperty("val/loss").GetDouble());
        Assert.Equal(1e-3, messages[6].GetProperty("logs").GetProperty("train/lr").GetDouble());
    }

    [Fact]
    public void A_run_stops_when_SLEAPs_window_says_so()
    {
        using var window = new XPublisherSocket();
        var port = window.BindRandomPort("tcp://127.0.0.1");
        using var controller = new ZmqController($"tcp://127.0.0.1:{port}", Patience / 4);
        Assert.True(window.TryReceiveFrameBytes(Patience, out _), "the run did not subscribe");

        foreach (var other in new[] { """{"command": "set_lr", "lr": 0.1}""", "no JSON", "", "[1]", """{"command": 3}""", "\0\u00ff" })
        {
            window.SendFrame(other);
            controller.StepEnded(0, 1, 1, new Dictionary<string, double>());
            Assert.False(controller.StopRequested, other);
        }

        window.SendFrame("""{"command": "stop"}""");
        controller.StepEnded(0, 2, 1, new Dictionary<string, double>());
        Assert.True(controller.StopRequested);
    }

    [Fact]
    public void A_run_that_nobody_watches_does_not_wait()
    {
        var run = RunOf(stepsPerEpoch: 1000);
        using var publisher = new ZmqPublisher("tcp://127.0.0.1:1", TimeSpan.FromMilliseconds(50));
        using var controller = new ZmqController("tcp://127.0.0.1:1", TimeSpan.FromMicroseconds(10));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        publisher.Started(run, 0);
        for (var step = 1; step <= 1000; step++)
        {
            publisher.StepEnded(0, step, 1, new Dictionary<string, double>());
            controller.StepEnded(0, step, 1, new Dictionary<string, double>());
        }

        publisher.Ended(run);
        Assert.False(controller.StopRequested);
        Assert.True(clock.Elapsed < Patience, $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("127.0.0.1:9001")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:port")]
    [InlineData("carrier://pigeon")]
    [InlineData("nowhere")]
    public void An_address_that_is_none_is_an_error(string address)
    {
        var config = RunOf(1).Config;
        config.TrainerConfig.Zmq = new ZmqConfig { PublishAddress = address };
        var error = Assert.Throws<TrainingException>(() => new RunWatchers(config, _ => { }));
        Assert.Equal("TrainingZmqAddress", error.ErrorId);
        Assert.Contains("publish_address", error.Message, StringComparison.Ordinal);
        config.TrainerConfig.Zmq = new ZmqConfig { ControllerAddress = address };
        Assert.Contains("controller_address", Assert.Throws<TrainingException>(() => new RunWatchers(config, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_of_newer_files_are_addresses_of_this_machine()
    {
        var config = RunOf(1).Config;
        Assert.Empty(Watchers());
        config.TrainerConfig.Zmq = new ZmqConfig { PublishPort = 9001, ControllerPort = 9000 };
        Assert.Equal(2, Watchers().Count);
        config.TrainerConfig.Zmq = null;
        Assert.Empty(Watchers());

        IReadOnlyList<IRunObserver> Watchers()
        {
            using var watchers = new RunWatchers(config, _ => { });
            return [.. watchers.Observers];
        }
    }

    [Fact]
    public async Task Training_publishes_and_stops_by_it()
    {
        using var data = new TinyDataset();
        using var socket = new SubscriberSocket();
        socket.SubscribeToAnyTopic();
        using var control = new XPublisherSocket();
        var config = data.Config(epochs: 500, steps: 20);
        config.TrainerConfig.Zmq = new ZmqConfig
        {
            PublishPort = socket.BindRandomPort("tcp://127.0.0.1"),
            ControllerPort = control.BindRandomPort("tcp://127.0.0.1"),
            ControllerPollingTimeout = 10,
        };
        var window = Task.Run(() =>
        {
            Assert.True(control.TryReceiveFrameBytes(Patience * 6, out _), "the run did not subscribe");
            Assert.True(socket.TryReceiveFrameString(Patience * 6, out var first));
            while (socket.TryReceiveFrameString(Patience, out var text) && !text.Contains("batch_end", StringComparison.Ordinal))
            {
            }

            control.SendFrame("""{"command": "stop"}""");
            return first;
        });
        var run = await Task.Run(() => Trainer.Run(data.Request(config)));
        Assert.Equal(TrainingEnd.Stopped, run.End);
        Assert.InRange(run.Epochs, 1, 499);
        Assert.Contains("\"what\":\"single_instance\"", await window, StringComparison.Ordinal);

        // As in sleap-nn the epoch is ended, and the best model evaluated.
        Assert.Equal(run.Epochs, TrainingLog.Read(run.Path).Count);
        Assert.All(
            new[] { "best.ckpt", "last.ckpt", "labels_pr.train.0.slp", "labels_pr.val.0.slp", "metrics.train.0.npz", "metrics.val.0.npz" },
            name => Assert.True(File.Exists(Path.Combine(run.Path, name)), name));

        config.TrainerConfig.Zmq = null;
        config.TrainerConfig.MaxEpochs = run.Epochs + 1;
        var resumed = Trainer.Run(new TrainingRequest { Config = config, OutputPath = run.Path, Resume = true });
        Assert.Equal((TrainingEnd.MaxEpochs, run.Epochs + 1), (resumed.End, resumed.Epochs));
    }

    private static List<JsonElement> Receive(SubscriberSocket socket)
    {
        var messages = new List<JsonElement>();
        while (messages.Count == 0 || messages[^1].GetProperty("event").GetString() != "train_end")
        {
            Assert.True(socket.TryReceiveFrameString(Patience, out var text), $"{messages.Count} messages came");
            messages.Add(JsonDocument.Parse(text!).RootElement);
        }

        return messages;
    }

    internal static TrainingRun RunOf(int stepsPerEpoch, string path = "run") => new()
    {
        Path = path,
        ModelType = "centroid",
        End = TrainingEnd.MaxEpochs,
        Epochs = 0,
        BestEpoch = -1,
        BestLoss = double.NaN,
        Checkpoint = null,
        TrainSamples = 3,
        ValSamples = 3,
        Duration = TimeSpan.Zero,
        StepsPerEpoch = stepsPerEpoch,
        Config = new SleapConfig { TrainerConfig = new TrainerConfig { TrainStepsPerEpoch = stepsPerEpoch } },
    };
}
