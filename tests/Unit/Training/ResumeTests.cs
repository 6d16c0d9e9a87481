using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Tests.Runtime;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>Runs that are interrupted and go on in their folder.</summary>
public sealed class ResumeTests : TorchTest
{
    private readonly TinyDataset data = new(animals: 2);

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Theory]
    [InlineData("centroid")]
    [InlineData("centered_instance")]
    [InlineData("bottomup")]
    [InlineData("multi_class_bottomup")]
    [InlineData("multi_class_topdown")]
    public void A_resumed_run_ends_bit_identical_whatever_its_model(string kind)
    {
        var config = Varied(kind);
        var whole = Trainer.Run(data.Request(config, "whole"));
        var part = StopAt(config, epoch: 2, step: 1);
        var resumed = Trainer.Run(RunFolder.ToResume(part));
        Assert.Equal((part, 3), (resumed.Path, resumed.Epochs));
        AssertSame(whole.Path, resumed.Path);
    }

    [Fact]
    public void A_run_killed_before_its_first_checkpoint_begins_again_as_it_was()
    {
        var config = Varied("centroid");
        var whole = Trainer.Run(data.Request(config, "whole"));
        var part = StopAt(config, epoch: 1, step: 1);
        File.Delete(Path.Combine(part, "last.ckpt"));
        AssertSame(whole.Path, Trainer.Run(RunFolder.ToResume(part)).Path);
    }

    [Fact]
    public void A_kill_between_the_last_and_the_best_checkpoint_is_mended()
    {
        var config = Varied("centroid");
        config.TrainerConfig.ModelCkpt.SaveTopK = 2;
        var whole = Trainer.Run(data.Request(config, "whole"));
        var copy = Path.Combine(data.Folder, "killed");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(whole.Path))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        // As if the best checkpoint of the last epoch had not been written, and a version had been left over.
        var log = TrainingLog.Read(whole.Path);
        Assert.Equal(2, log.MinBy(e => e.ValLoss)!.Epoch);
        File.Copy(Path.Combine(copy, "best-v1.ckpt"), Path.Combine(copy, "best.ckpt"), overwrite: true);
        File.Copy(Path.Combine(copy, "best-v1.ckpt"), Path.Combine(copy, "best-v7.ckpt"));
        Trainer.Run(RunFolder.ToResume(copy));
        AssertSame(whole.Path, copy);
        Assert.Equal(["best-v1.ckpt", "best.ckpt"], Directory.GetFiles(copy, "best*.ckpt").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_finished_run_goes_on_for_more_epochs()
    {
        var config = Varied("centroid");
        var whole = Trainer.Run(data.Request(config, "whole"));
        config.TrainerConfig.MaxEpochs = 2;
        var shorter = Trainer.Run(data.Request(config, "shorter"));
        var more = RunFolder.ToResume(shorter.Path);
        more.Config.TrainerConfig.MaxEpochs = 3;
        Trainer.Run(more);
        AssertSame(whole.Path, shorter.Path);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("step")]
    [InlineData("plateau")]
    [InlineData("cosine")]
    public void A_run_keeps_the_learning_rate_that_it_began_with_and_tells_where_another_is_asked_for(string schedule)
    {
        var config = Varied("centroid");
        config.TrainerConfig.LrScheduler = schedule switch
        {
            "step" => config.TrainerConfig.LrScheduler,
            "plateau" => new LrSchedulerConfig { ReduceLrOnPlateau = new ReduceLrOnPlateauConfig { Patience = 0, Threshold = 10 } },
            "cosine" => new LrSchedulerConfig { CosineAnnealingWarmup = new CosineAnnealingWarmupConfig { WarmupEpochs = 1 } },
            _ => null,
        };
        var whole = Trainer.Run(data.Request(config, "whole"));
        var part = StopAt(config, epoch: 2, step: 1);
        var resumed = RunFolder.ToResume(part);
        resumed.Config.TrainerConfig.Optimizer.Lr = 0.5;
        var warnings = new List<string>();
        Trainer.Run(resumed, Immediate.WarningsTo(warnings));
        AssertSame(whole.Path, part);
        Assert.Contains("trainer_config.optimizer.lr of 0.5 counts for new runs only", Assert.Single(warnings), StringComparison.Ordinal);

        // It is told again, and what is advised works.
        resumed.Config.TrainerConfig.MaxEpochs++;
        warnings.Clear();
        Trainer.Run(resumed, Immediate.WarningsTo(warnings));
        var checkpoint = Path.Combine(part, "last.ckpt");
        Assert.Contains($"name '{checkpoint}' in model_config", Assert.Single(warnings), StringComparison.Ordinal);
        config.TrainerConfig.Optimizer.Lr = 0.5;
        config.TrainerConfig.LrScheduler = null;
        (config.ModelConfig.PretrainedBackboneWeights, config.ModelConfig.PretrainedHeadWeights) = (checkpoint, checkpoint);
        Assert.Equal(0.5, TrainingLog.Read(Trainer.Run(data.Request(config, "anew")).Path)[0].LearningRate);
    }

    [Fact]
    public void Early_stopping_keeps_its_count()
    {
        var config = Varied("centroid");
        config.TrainerConfig.MaxEpochs = 20;
        config.TrainerConfig.Optimizer.Lr = 1e-12;
        config.TrainerConfig.EarlyStopping = new EarlyStoppingConfig { StopTrainingOnPlateau = true, Patience = 3, MinDelta = 1e-2 };
        var part = StopAt(config, epoch: 3, step: 1);
        var resumed = Trainer.Run(RunFolder.ToResume(part));
        Assert.Equal((TrainingEnd.EarlyStopping, 4), (resumed.End, resumed.Epochs));

        // One that has ended by it does not train another epoch.
        Assert.Equal((TrainingEnd.EarlyStopping, 4), (Trainer.Run(RunFolder.ToResume(part)).End, TrainingLog.Read(part).Count));
    }

    [Fact]
    public void A_checkpoint_in_the_folder_of_the_run_is_not_deleted_by_force()
    {
        var config = Varied("centroid");
        var part = StopAt(config, epoch: 2, step: 1);
        config.TrainerConfig.ResumeCkptPath = Path.Combine(part, "last.ckpt");
        var resumed = Trainer.Run(new TrainingRequest { Config = config, OutputPath = part, Force = true });
        Assert.Equal((part, 3), (resumed.Path, resumed.Epochs));
    }

    [Theory]
    [InlineData("Predicting on train.0")]
    [InlineData("Predicting on val.0")]
    public void A_run_whose_results_were_interrupted_is_not_finished(string activity)
    {
        var config = Varied("centroid");
        config.DataConfig.DataPipelineFw = "torch_dataset_cache_img_disk";
        using var stop = new CancellationTokenSource();
        var run = Trainer.Run(
            data.Request(config),
            new Immediate(p =>
            {
                if (p.Activity == activity)
                {
                    stop.Cancel();
                }
            }),
            stop.Token);
        Assert.Equal((TrainingEnd.Stopped, SleapRunState.Stopped), (run.End, RunStateFile.Read(run.Path)!.Value.State));
        Assert.True(Directory.Exists(Path.Combine(run.Path, "train_imgs")), "a stop deleted the cache");
        Assert.False(File.Exists(Path.Combine(run.Path, "metrics.val.0.npz")));
        var resumed = Trainer.Run(RunFolder.ToResume(run.Path));
        Assert.Equal((TrainingEnd.MaxEpochs, SleapRunState.Finished), (resumed.End, RunStateFile.Read(run.Path)!.Value.State));
        Assert.True(File.Exists(Path.Combine(run.Path, "metrics.val.0.npz")));
        Assert.False(Directory.Exists(Path.Combine(run.Path, "train_imgs")));
    }

    [Fact]
    public void A_state_that_a_stop_saved_does_not_outlive_a_better_one_where_last_states_are_not_kept()
    {
        var config = Varied("centroid");
        config.TrainerConfig.ModelCkpt.SaveLast = false;
        var part = StopAt(config, epoch: 2, step: 1);
        Assert.EndsWith("last.ckpt", RunFolder.CheckpointToResume(part));
        Trainer.Run(RunFolder.ToResume(part));
        using var checkpoint = CheckpointFile.Read(RunFolder.CheckpointToResume(part)!);
        Assert.Equal(TrainingLog.Read(part).MinBy(e => e.ValLoss)!.Epoch, checkpoint.Epoch);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_is_being_trained_is_left_alone(bool force)
    {
        var config = Varied("centroid");
        var whole = Trainer.Run(data.Request(config, "whole"));
        TrainingException? error = null;
        var run = Trainer.Run(
            data.Request(config, "run"),
            [
                new Watcher(epoch: 1, step: 2, () => error = Assert.Throws<TrainingException>(() => Trainer.Run(
                    force ? data.Request(config, "run") with { Force = true } : RunFolder.ToResume(Path.Combine(data.Folder, "run"))))),
            ]);
        Assert.Equal("TrainingRunInUse", error!.ErrorId);
        Assert.Contains($"'{run.Path}' is being trained", error.Message, StringComparison.Ordinal);
        Assert.Equal(SleapRunState.Finished, RunStateFile.Read(run.Path)!.Value.State);
        AssertSame(whole.Path, run.Path);
        Assert.Equal(Directory.GetFiles(whole.Path).Select(Path.GetFileName).Order(), Directory.GetFiles(run.Path).Select(Path.GetFileName).Order());

        // Now nobody trains it.
        Assert.Equal(TrainingEnd.MaxEpochs, Trainer.Run(RunFolder.ToResume(run.Path)).End);
    }

    [Fact]
    public void A_lock_that_a_crashed_machine_left_on_a_file_server_is_told_with_what_to_do()
    {
        var config = Varied("centroid");
        config.TrainerConfig.MaxEpochs = 1;
        var run = Trainer.Run(data.Request(config)).Path;
        Assert.DoesNotContain("crashed", RunLock.InUse(run).Message, StringComparison.Ordinal);
        var state = Path.Combine(run, RunStateFile.FileName);
        File.WriteAllText(state, File.ReadAllText(state).Replace($"\"{Environment.MachineName}\"", "\"node7\"", StringComparison.Ordinal));
        Assert.Contains($"on node7. Wait", RunLock.InUse(run).Message, StringComparison.Ordinal);
        Assert.EndsWith($"If that machine has crashed, delete '{Path.Combine(run, ".training")}'.", RunLock.InUse(run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_that_begin_at_the_same_moment_under_one_name_have_folders_of_their_own()
    {
        var config = Varied("centroid");
        config.TrainerConfig.MaxEpochs = 1;
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Trainer.Run(data.Request(config, "same")))));
        Assert.Equal(["same", "same-1", "same-2", "same-3"], runs.Select(run => run.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_is_not_replaced_by_one_that_cannot_begin()
    {
        var config = Varied("centroid");
        config.TrainerConfig.MaxEpochs = 1;
        var run = Trainer.Run(data.Request(config)).Path;
        var before = Directory.GetFiles(run).ToDictionary(path => path, File.ReadAllBytes);
        config.TrainerConfig.ModelCkpt.Monitor = "val/los";
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config) with { Force = true }));
        Assert.Equal("TrainingMonitorUnknown", error.ErrorId);
        Assert.Equal(before, Directory.GetFiles(run).ToDictionary(path => path, File.ReadAllBytes));
    }

    [UnixFact]
    public void A_folder_that_is_removed_while_it_is_trained_in_is_made_anew()
    {
        var config = Varied("centroid");
        config.TrainerConfig.ModelCkpt.SaveTopK = 2;
        var whole = Trainer.Run(data.Request(config, "whole"));
        var folder = Path.Combine(data.Folder, "run");
        var warnings = new List<string>();
        var run = Trainer.Run(data.Request(config), [new Watcher(epoch: 2, step: 1, () => Directory.Delete(folder, recursive: true))], Immediate.WarningsTo(warnings));
        Assert.Contains(warnings, text => text.Contains($"'{folder}'", StringComparison.Ordinal) && text.Contains("made anew", StringComparison.Ordinal));
        AssertSame(whole.Path, run.Path);
        Assert.Equal(TrainingEnd.MaxEpochs, Trainer.Run(RunFolder.ToResume(folder)).End);
    }

    [Theory]
    [InlineData("last.ckpt", "goes on from 'best.ckpt'")]
    [InlineData("best.ckpt", "goes on without it")]
    public void A_damaged_checkpoint_is_told_with_what_to_do_and_the_advice_works(string name, string advice)
    {
        var run = Trainer.Run(data.Request(Varied("centroid"))).Path;
        var path = Path.Combine(run, name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..2000]);
        var error = Assert.Throws<ModelException>(() => Trainer.Run(RunFolder.ToResume(run)));
        Assert.Equal("CheckpointDamaged", error.ErrorId);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal(TrainingEnd.MaxEpochs, Trainer.Run(RunFolder.ToResume(run)).End);
    }

    [Theory]
    [InlineData("split.json", "", "TrainingSplitMismatch")]
    [InlineData("split.json", "{\"train\":null,\"val\":[]}", "TrainingSplitMismatch")]
    [InlineData("training_log.csv", "epoch,train_loss\n0", "TrainingLogUnreadable")]
    public void A_damaged_file_of_the_run_is_told_with_what_to_do_and_the_advice_works(string name, string text, string id)
    {
        var whole = Trainer.Run(data.Request(Varied("centroid"), "whole"));
        var run = StopAt(Varied("centroid"), epoch: 2, step: 1);
        var path = Path.Combine(run, name);
        File.WriteAllText(path, text);
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(RunFolder.ToResume(run)));
        Assert.Equal(id, error.ErrorId);
        Assert.Contains("delete", error.Message, StringComparison.OrdinalIgnoreCase);
        File.Delete(path);
        Trainer.Run(RunFolder.ToResume(run));
        AssertSameCheckpoints(whole.Path, run);
    }

    [Fact]
    public void A_log_that_is_gone_is_told_and_begun_anew()
    {
        var part = StopAt(Varied("centroid"), epoch: 3, step: 1);
        File.Delete(Path.Combine(part, TrainingLog.FileName));
        var warnings = new List<string>();
        Trainer.Run(RunFolder.ToResume(part), Immediate.WarningsTo(warnings));
        Assert.Contains("the log of the run begins with epoch 2", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal([2], TrainingLog.Read(part).Select(entry => entry.Epoch));
    }

    [Fact]
    public void Frames_that_were_labelled_since_the_run_began_are_left_out_with_a_warning()
    {
        var labels = LabelsFile.Load(data.LabelsPath);
        var later = labels.Frames[^1];
        labels.Frames.Remove(later);
        LabelsFile.Save(labels, data.LabelsPath);
        var part = StopAt(Varied("centroid"), epoch: 2, step: 1);
        labels.Frames.Add(later);
        LabelsFile.Save(labels, data.LabelsPath);
        var warnings = new List<string>();
        var run = Trainer.Run(RunFolder.ToResume(part), Immediate.WarningsTo(warnings));
        Assert.Contains("1 labelled frame", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(5, run.TrainSamples + run.ValSamples);
    }

    [Fact]
    public void Labels_that_have_moved_are_told_with_what_to_do()
    {
        var part = StopAt(Varied("centroid"), epoch: 2, step: 1);
        File.Move(data.LabelsPath, data.LabelsPath + ".moved.slp");
        var error = Assert.Throws<LabelsException>(() => Trainer.Run(RunFolder.ToResume(part)));
        Assert.Equal("LabelsFileNotFound", error.ErrorId);
        Assert.Contains(Path.Combine(part, "training_config.yaml"), error.Message, StringComparison.Ordinal);
    }

    [WindowsFact]
    public void A_checkpoint_that_is_kept_open_elsewhere_ends_the_run_which_goes_on_from_it()
    {
        var config = Varied("centroid");
        config.TrainerConfig.ModelCkpt.SaveLast = true;
        var whole = Trainer.Run(data.Request(config, "whole"));
        var folder = Path.Combine(data.Folder, "run");
        FileStream? other = null;
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(
            data.Request(config, "run"),
            [new Watcher(epoch: 1, step: 1, () => other = new FileStream(Path.Combine(folder, "last.ckpt"), FileMode.Open, FileAccess.Read, FileShare.Read))]));
        other!.Dispose();
        Assert.Equal("TrainingWriteFailed", error.ErrorId);
        Assert.Contains("is open in another program", error.Message, StringComparison.Ordinal);
        Assert.Contains("Close it there, then go on with Resume-SleapTraining", error.Message, StringComparison.Ordinal);
        Trainer.Run(RunFolder.ToResume(folder));
        AssertSame(whole.Path, folder);
    }

    [WindowsFact]
    public void What_someone_looks_at_does_not_end_a_run()
    {
        var config = Varied("centroid");
        var whole = Trainer.Run(data.Request(config, "whole"));
        var folder = Path.Combine(data.Folder, "run");
        FileStream? table = null;
        var warnings = new List<string>();
        Trainer.Run(
            data.Request(config, "run"),
            [new Watcher(epoch: 1, step: 1, () => table = new FileStream(Path.Combine(folder, "training_log.csv"), FileMode.Open, FileAccess.Read, FileShare.Read))],
            Immediate.WarningsTo(warnings));
        Assert.Single(TrainingLog.Read(folder));
        table!.Dispose();
        Assert.Equal(2, warnings.Count);
        Assert.Contains("training_log.csv' is open in another program", warnings[0], StringComparison.Ordinal);
        Assert.Contains("training_log.new.csv'", warnings[1], StringComparison.Ordinal);
        File.Copy(Path.Combine(folder, "training_log.new.csv"), Path.Combine(folder, "training_log.csv"), overwrite: true);
        AssertSame(whole.Path, folder);
    }

    [Fact]
    public void A_log_that_had_to_be_written_beside_is_taken_up_again()
    {
        var whole = Trainer.Run(data.Request(Varied("centroid"), "whole"));
        var part = StopAt(Varied("centroid"), epoch: 3, step: 1);
        var (log, beside) = (Path.Combine(part, TrainingLog.FileName), Path.Combine(part, "training_log.new.csv"));
        File.Move(log, beside);
        TrainingLog.Write(log, [.. TrainingLog.Read(beside).Take(1)]);
        Trainer.Run(RunFolder.ToResume(part));
        AssertSame(whole.Path, part);
        Assert.False(File.Exists(beside));
    }

    [Fact]
    public void There_must_be_a_run_to_resume()
    {
        Assert.Equal("TrainingNothingToResume", Assert.Throws<TrainingException>(() => RunFolder.ToResume(data.Folder)).ErrorId);
        var config = Varied("centroid");
        config.TrainerConfig.ResumeCkptPath = "nowhere.ckpt";
        Assert.Equal("TrainingCheckpointNotFound", Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config))).ErrorId);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_ends_the_run_and_keeps_the_last_good_files()
    {
        // A folder in the place of the log: the rename fails as it does without permission, also for root.
        var config = Varied("centroid");
        var blocked = false;
        var run = Path.Combine(data.Folder, "run");
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config), new Immediate(p =>
        {
            if (!blocked && p.Epoch == 2 && p.Activity == "Training")
            {
                blocked = true;
                File.Delete(Path.Combine(run, TrainingLog.FileName));
                Directory.CreateDirectory(Path.Combine(run, TrainingLog.FileName, "x"));
            }
        })));
        Assert.Equal("TrainingWriteFailed", error.ErrorId);
        Assert.Contains("last.ckpt", error.Message);
        Assert.Contains("Resume-SleapTraining", error.Message);
        using var last = CheckpointFile.Read(Path.Combine(run, "last.ckpt"));
        Assert.Equal(0, last.Epoch);
        Assert.Empty(Directory.GetFiles(run, ".*.tmp*"));
    }

    [Fact]
    public void Out_of_memory_says_what_was_asked_and_what_to_do()
    {
        var cause = new OutOfMemoryException("you tried to allocate 4096 bytes.\nstack");
        Assert.True(TrainingSession.IsOutOfMemory(cause));
        Assert.False(TrainingSession.IsOutOfMemory(new InvalidOperationException("memory")));
        var error = TrainingSession.OutOfMemory(cause, batch: 8, scale: 1, "cpu", "run");
        Assert.Equal("TrainingOutOfMemory", error.ErrorId);
        Assert.Contains("batch size of 8: you tried to allocate 4096 bytes. Set trainer_config.train_data_loader.batch_size to 4", error.Message);
        Assert.Contains("scale of 0.7", TrainingSession.OutOfMemory(cause, batch: 1, scale: 1, "cpu", "run").Message);
    }

    private SleapConfig Varied(string kind)
    {
        var config = data.Config(epochs: 3, steps: 3);
        var heads = config.ModelConfig.HeadConfigs;
        heads.SingleInstance = null;
        switch (kind)
        {
            case "centroid": heads.Centroid = new CentroidConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "centered_instance": heads.CenteredInstance = new CenteredInstanceConfig { Confmaps = { Sigma = 1.5, OutputStride = 2, AnchorPart = "A" } }; break;
            case "bottomup": heads.Bottomup = new BottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, Pafs = { Sigma = 8, OutputStride = 4 } }; break;
            case "multi_class_bottomup": heads.MultiClassBottomup = new MultiClassBottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, ClassMaps = { Sigma = 4, OutputStride = 4 } }; break;
            default: heads.MultiClassTopdown = new MultiClassTopdownConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
        }

        config.DataConfig.Preprocessing.MinCropSize = 16;
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig
        {
            Intensity = new IntensityConfig { ContrastP = 0.5 },
            Geometric = new GeometricConfig { AffineP = 1, RotationMin = -15, RotationMax = 15 },
        };
        config.TrainerConfig.LrScheduler = new LrSchedulerConfig { StepLr = new StepLrConfig { StepSize = 1, Gamma = 0.8 } };
        return config;
    }

    private string StopAt(SleapConfig config, int epoch, int step)
    {
        using var stop = new CancellationTokenSource();
        var part = Trainer.Run(data.Request(config, "part"), [new Watcher(epoch - 1, step, stop.Cancel)], null, stop.Token);
        Assert.Equal(TrainingEnd.Stopped, part.End);
        return part.Path;
    }

    private static void AssertSame(string first, string second)
    {
        AssertSameCheckpoints(first, second);
        Assert.Equal(
            TrainingLog.Read(first).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss, e.LearningRate)),
            TrainingLog.Read(second).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss, e.LearningRate)));
    }

    private static void AssertSameCheckpoints(string first, string second)
    {
        foreach (var name in new[] { "last.ckpt", "best.ckpt" })
        {
            using var one = CheckpointFile.Read(Path.Combine(first, name));
            using var two = CheckpointFile.Read(Path.Combine(second, name));
            Assert.Equal((one.Epoch, one.GlobalStep), (two.Epoch, two.GlobalStep));
            Assert.Equal(one.StateDict.Keys, two.StateDict.Keys);
            Assert.All(one.StateDict, entry => Assert.Equal(entry.Value.data<float>().ToArray(), two.StateDict[entry.Key].data<float>().ToArray()));
        }
    }

    private sealed class Watcher(int epoch, int step, Action act) : IRunObserver
    {
        private int steps;

        public void StepEnded(int epochNow, long stepNow, double loss, IReadOnlyDictionary<string, double> named)
        {
            if (epochNow == epoch && ++steps == step)
            {
                act();
            }
        }

        public void Dispose()
        {
        }
    }
}
