using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Tests.Training.Survival;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>What a run leaves that fails: a disk that is full or closed, memory that is not there, a loss that is no number.</summary>
public sealed class FailingRunTests : TorchTest
{
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [SmallDiskTheory]
    [InlineData("full", "Training")]
    [InlineData("full", "Predicting on train.0")]
    [InlineData("closed", "Training")]
    [InlineData("closed", "Predicting on val.0")]
    public void A_disk_that_is_full_or_closed_ends_the_run_and_keeps_what_is_good(string kind, string activity)
    {
        using var disk = new SmallDisk(megabytes: 8);
        var config = Adaptive();
        var whole = Trainer.Run(data.Request(config, "whole"));
        var folder = Path.Combine(disk.Folder, "run");
        var struck = false;
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(
            new TrainingRequest { Config = config, OutputPath = folder },
            new Immediate(p =>
            {
                if (!struck && p.Activity == activity && (p.Epoch == 2 || activity != "Training"))
                {
                    struck = true;
                    Strike(true);
                }
            })));
        Assert.Equal("TrainingWriteFailed", error.ErrorId);
        Assert.StartsWith(folder, (string)error.Target!, StringComparison.Ordinal);
        Assert.Contains($"'{error.Target}' cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Contains(kind == "full" ? "has 0.0 MB left" : "Allow writing", error.Message, StringComparison.Ordinal);
        Assert.Contains($"The last good checkpoint is '{Path.Combine(folder, "last.ckpt")}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Resume-SleapTraining '{folder}'", error.Message, StringComparison.Ordinal);
        RunInspection.RequireWhole(folder);

        Strike(false);
        Assert.Equal(3, Trainer.Run(RunFolder.ToResume(folder)).Epochs);
        RunInspection.RequireWhole(folder);
        Assert.DoesNotContain(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), AtomicFile.IsUnfinished);
        Assert.Equal(Directory.GetFiles(whole.Path).Select(Path.GetFileName).Order(), Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        AssertSameState(whole.Path, folder);

        void Strike(bool isOn)
        {
            switch (kind, isOn)
            {
                case ("full", true): disk.Fill(); break;
                case ("full", false): disk.Free(); break;
                default: disk.SetReadOnly(isOn); break;
            }
        }
    }

    [SmallDiskTheory]
    [InlineData(8)]
    [InlineData(40)]
    public void A_disk_that_is_full_from_the_beginning_is_said_at_once(int kilobytes)
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill(leaveBytes: kilobytes * 1024);
        var folder = Path.Combine(disk.Folder, "run");
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(new TrainingRequest { Config = data.Config(), OutputPath = folder }));
        Assert.Equal("TrainingWriteFailed", error.ErrorId);
        Assert.Contains("Make room on the disk", error.Message, StringComparison.Ordinal);
        Assert.Contains("No checkpoint was written before", error.Message, StringComparison.Ordinal);
        RunInspection.RequireWhole(folder);
    }

    [SmallDiskTheory]
    [InlineData(40)]
    public void A_disk_without_room_for_the_cache_is_said(int kilobytes)
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill(leaveBytes: kilobytes * 1024);
        using var large = new TinyDataset(frames: 60);
        var config = large.Config();
        (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath) = ("torch_dataset_cache_img_disk", Path.Combine(disk.Folder, "cache"));
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(large.Request(config)));
        Assert.Equal("TrainingCacheTooLarge", error.ErrorId);
    }

    [Fact]
    public void A_loss_that_is_no_number_names_its_frames_and_leaves_the_last_good_state()
    {
        // The second epoch begins with a rate that throws the weights away.
        var config = data.Config(epochs: 3, steps: 4);
        config.TrainerConfig.LrScheduler = new LrSchedulerConfig { StepLr = new StepLrConfig { StepSize = 1, Gamma = 1e33 } };
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingLossNotFinite", error.ErrorId);
        Assert.Contains("epoch 1", error.Message, StringComparison.Ordinal);
        var names = Assert.IsAssignableFrom<IReadOnlyList<string>>(error.Target);
        Assert.InRange(names.Count, 1, 2);
        Assert.All(names, name => Assert.Matches(@"^frame\d{3}\.png, frame \d$", name));
        Assert.All(names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        var last = Path.Combine(data.Folder, "run", "last.ckpt");
        Assert.Contains(last, error.Message, StringComparison.Ordinal);
        using var checkpoint = CheckpointFile.Read(last);
        Assert.Equal(0, checkpoint.Epoch);
        Assert.All(checkpoint.StateDict.Values, weight => Assert.True(weight.isfinite().all().item<bool>()));
        RunInspection.RequireWhole(Path.Combine(data.Folder, "run"));
    }

    [Theory]
    [InlineData(1e33)]
    [InlineData(1e300)]
    public void A_stop_right_after_the_step_that_threw_the_weights_away_keeps_the_last_good_state(double factor)
    {
        // The loss of that step is still finite: it is that of the weights before.
        var config = data.Config(epochs: 3, steps: 4);
        config.TrainerConfig.LrScheduler = new LrSchedulerConfig { StepLr = new StepLrConfig { StepSize = 1, Gamma = factor } };
        using var stop = new CancellationTokenSource();
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config), [new StopAfterStep(5, stop)], null, stop.Token));
        Assert.Equal("TrainingLossNotFinite", error.ErrorId);
        Assert.Contains("at step 5", error.Message, StringComparison.Ordinal);
        var run = Path.Combine(data.Folder, "run");
        Assert.Contains(Path.Combine(run, "last.ckpt"), error.Message, StringComparison.Ordinal);
        using var checkpoint = CheckpointFile.Read(Path.Combine(run, "last.ckpt"));
        Assert.Equal((0L, 4L), (checkpoint.Epoch, checkpoint.GlobalStep));
        Assert.All(checkpoint.StateDict.Values, weight => Assert.True(weight.abs().max().item<float>() < 100));
        Assert.Equal((SleapRunState.Failed, error.Message), RunStateFile.Read(run));
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_never_saved_though_the_loss_does_not_show_it()
    {
        // A rectifier makes zeros of a channel that is minus infinity.
        var first = Trainer.Run(data.Request(data.Config(epochs: 1)));
        var last = Path.Combine(first.Path, "last.ckpt");
        using (var checkpoint = CheckpointFile.Read(last))
        {
            checkpoint.StateDict.First(w => w.Key.EndsWith(".bias", StringComparison.Ordinal)).Value.fill_(float.NegativeInfinity);
            CheckpointFile.Write(last, checkpoint);
        }

        var before = File.ReadAllBytes(last);
        var more = RunFolder.ToResume(first.Path);
        more.Config.TrainerConfig.MaxEpochs = 2;
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(more));
        Assert.Equal("TrainingWeightsNotFinite", error.ErrorId);
        Assert.Contains("epoch 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(last));
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_names_its_frames_too()
    {
        // One step: training sees the loss before the weights are thrown away, validation after.
        var config = data.Config(epochs: 1, steps: 1);
        config.TrainerConfig.Optimizer.Lr = 1e30;
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingLossNotFinite", error.ErrorId);
        Assert.Contains("validation loss", error.Message, StringComparison.Ordinal);
        Assert.Contains("frame", Assert.IsAssignableFrom<IReadOnlyList<string>>(error.Target)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_cannot_be_had_is_told_with_what_was_asked_and_what_to_do()
    {
        // More than any machine can address.
        var config = data.Config();
        (config.DataConfig.Preprocessing.MaxHeight, config.DataConfig.Preprocessing.MaxWidth) = (20_000_000, 20_000_000);
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingOutOfMemory", error.ErrorId);
        Assert.Matches(@"batch size of 2: you tried to allocate \d{15,} bytes", error.Message);
        Assert.Contains("batch_size to 1", error.Message, StringComparison.Ordinal);
        RunInspection.RequireWhole(Path.Combine(data.Folder, "run"));
    }

    private SleapConfig Adaptive()
    {
        var config = data.Config(epochs: 3, steps: 3);
        config.TrainerConfig.LrScheduler = new LrSchedulerConfig { ReduceLrOnPlateau = new ReduceLrOnPlateauConfig { Patience = 0, Threshold = 0.5 } };
        config.TrainerConfig.EarlyStopping = new EarlyStoppingConfig { StopTrainingOnPlateau = true, Patience = 5 };
        return config;
    }

    private sealed class StopAfterStep(long last, CancellationTokenSource stop) : IRunObserver
    {
        public void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named)
        {
            if (step == last)
            {
                stop.Cancel();
            }
        }

        public void Dispose()
        {
        }
    }

    private static void AssertSameState(string first, string second)
    {
        foreach (var name in new[] { "last.ckpt", "best.ckpt" })
        {
            using var one = CheckpointFile.Read(Path.Combine(first, name));
            using var two = CheckpointFile.Read(Path.Combine(second, name));
            Assert.Equal((one.Epoch, one.GlobalStep), (two.Epoch, two.GlobalStep));
            Assert.All(one.StateDict, entry => Assert.True(entry.Value.eq(two.StateDict[entry.Key]).all().item<bool>()));
        }
    }
}
