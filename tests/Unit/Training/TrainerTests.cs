using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Models;
using SleapNn.Tests.Training.Keys;
using SleapNn.Training;
using TorchSharp;

namespace SleapNn.Tests.Training;

public sealed class TrainerTests : TorchTest
{
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Fact]
    public void A_run_learns_and_leaves_what_sleap_nn_leaves()
    {
        var run = Trainer.Run(data.Request(data.Config(epochs: 8, steps: 10)));
        Assert.Equal(TrainingEnd.MaxEpochs, run.End);
        Assert.Equal(8, run.Epochs);
        Assert.Equal((3, 3), (run.TrainSamples, run.ValSamples));
        var log = TrainingLog.Read(run.Path);
        Assert.Equal(Enumerable.Range(0, 8), log.Select(e => e.Epoch));
        Assert.True(log[^1].TrainLoss < 0.5 * log[0].TrainLoss, $"{log[0].TrainLoss} -> {log[^1].TrainLoss}");
        Assert.Equal(run.BestLoss, log.Min(e => e.ValLoss), 9);
        Assert.Equal(["A", "B"], log[0].Other.Keys);
        Assert.Equal(log[0].TrainLoss, log[0].Other.Values.Average(), 6);
        Assert.Equal(
            [
                "best.ckpt", "initial_config.yaml", "labels_gt.train.0.slp", "labels_gt.val.0.slp", "labels_pr.train.0.slp", "labels_pr.val.0.slp",
                "last.ckpt", "loss_curve.png", "metrics.train.0.npz", "metrics.val.0.npz", "run_state.json", "split.json",
                "training_config.yaml", "training_log.csv",
            ],
            Directory.GetFiles(run.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var trained = ConfigFile.Load(Path.Combine(run.Path, "training_config.yaml"));
        Assert.Equal((TinyDataset.Height, TinyDataset.Width), (trained.DataConfig.Preprocessing.MaxHeight, trained.DataConfig.Preprocessing.MaxWidth));
        Assert.Equal(["A", "B"], trained.ModelConfig.HeadConfigs.SingleInstance!.Confmaps.PartNames);
        Assert.Equal("dots", trained.DataConfig.Skeletons![0].Name);
        Assert.True(trained.ModelConfig.TotalParams > 100);
        Assert.Null(ConfigFile.Load(Path.Combine(run.Path, "initial_config.yaml")).DataConfig.Preprocessing.MaxHeight);
        Assert.Equal(3, LabelsFile.Load(Path.Combine(run.Path, "labels_gt.val.0.slp")).Frames.Count);

        using var model = ModelFolder.Load(run.Path);
        Assert.Equal(run.BestEpoch, (int)model.Epoch);
        using var checkpoint = CheckpointFile.Read(run.Checkpoint!);
        Assert.Equal((run.BestEpoch + 1) * 10, checkpoint.GlobalStep);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_whatever_the_number_of_workers()
    {
        var config = data.Config();
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig
        {
            Intensity = new IntensityConfig { ContrastP = 0.5, GaussianNoiseP = 0.5, GaussianNoiseStd = 0.02 },
            Geometric = new GeometricConfig { AffineP = 1, EraseP = 0.5, MixupP = 0.5 },
        };
        var first = Trainer.Run(data.Request(config, "first"));
        config.TrainerConfig.TrainDataLoader.NumWorkers = 3;
        var second = Trainer.Run(data.Request(config, "second"));
        AssertSameWeights(first.Path, second.Path);
        config.TrainerConfig.Seed = 2;
        var other = Trainer.Run(data.Request(config, "other"));
        Assert.NotEqual(first.BestLoss, other.BestLoss);
    }

    [Fact]
    public void A_run_that_was_stopped_and_resumed_ends_as_one_that_was_not()
    {
        var config = data.Config(epochs: 3, steps: 4);
        config.TrainerConfig.LrScheduler = new LrSchedulerConfig { StepLr = new StepLrConfig { StepSize = 1, Gamma = 0.5 } };
        config.TrainerConfig.Optimizer.Amsgrad = true;
        var whole = Trainer.Run(data.Request(config, "whole"));

        // Stops in the middle of the second epoch.
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var stopping = new Immediate(p =>
        {
            if (p is { Epoch: 2, Activity: "Training", Message: null } && ++steps == 1)
            {
                stop.Cancel();
            }
        });
        var part = Trainer.Run(data.Request(config, "part"), stopping, stop.Token);
        Assert.Equal(TrainingEnd.Stopped, part.End);
        Assert.True(File.Exists(Path.Combine(part.Path, "last.ckpt")));

        config.TrainerConfig.ResumeCkptPath = Path.Combine(part.Path, "last.ckpt");
        var resumed = Trainer.Run(data.Request(config, "resumed"));
        Assert.Equal(3, resumed.Epochs);
        AssertSameWeights(whole.Path, resumed.Path, "last.ckpt");
        Assert.Equal(
            TrainingLog.Read(whole.Path).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss, e.LearningRate)),
            TrainingLog.Read(resumed.Path).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss, e.LearningRate)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_trained_a_part_at_a_time_ends_as_one_trained_at_once(bool keepsLast)
    {
        var config = data.Config(epochs: 3);
        config.TrainerConfig.ModelCkpt.SaveLast = keepsLast;
        var whole = Trainer.Run(data.Request(config, $"whole{keepsLast}"));
        var part = Trainer.Run(data.Request(config, $"part{keepsLast}") with { StopAfterEpochs = 1 });
        Assert.Equal((TrainingEnd.Stopped, 1), (part.End, part.Epochs));
        part = Trainer.Run(RunFolder.ToResume(part.Path) with { StopAfterEpochs = 2 });
        Assert.Equal((TrainingEnd.Stopped, 2), (part.End, part.Epochs));
        part = Trainer.Run(RunFolder.ToResume(part.Path) with { StopAfterEpochs = 3 });

        Assert.Equal((TrainingEnd.MaxEpochs, 3, whole.BestEpoch), (part.End, part.Epochs, part.BestEpoch));
        AssertSameWeights(whole.Path, part.Path);
        Assert.Equal(TrainingLog.Read(whole.Path).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss)), TrainingLog.Read(part.Path).Select(e => (e.Epoch, e.TrainLoss, e.ValLoss)));
    }

    [Fact]
    public void A_run_stopped_at_once_leaves_a_model_folder()
    {
        using var stop = new CancellationTokenSource();
        var run = Trainer.Run(data.Request(data.Config()), new Immediate(p =>
        {
            if (p.Activity == "Training")
            {
                stop.Cancel();
            }
        }), stop.Token);
        Assert.Equal((TrainingEnd.Stopped, 0), (run.End, run.Epochs));
        Assert.Equal(Path.Combine(run.Path, "last.ckpt"), run.Checkpoint);
        using var model = ModelFolder.Load(run.Path);
        Assert.Equal("single_instance", model.Model.ModelType);
    }

    [Fact]
    public void Published_weights_that_cannot_be_had_are_not_replaced_by_random_ones()
    {
        var config = data.Config();
        config.ModelConfig.BackboneConfig = new BackboneConfig { Convnext = new ConvNextConfig { PreTrainedWeights = "ConvNeXt_Tiny_Weights" } };
        Environment.SetEnvironmentVariable(PublishedWeights.SourceVariable, Path.Combine(Path.GetTempPath(), "no such folder"));
        try
        {
            Assert.Equal("PublishedWeightsNotFound", Assert.Throws<ModelException>(() => Trainer.Run(data.Request(config))).ErrorId);
        }
        finally
        {
            Environment.SetEnvironmentVariable(PublishedWeights.SourceVariable, null);
        }
    }

    [Fact]
    public void Training_starts_from_published_weights()
    {
        var config = data.Config(epochs: 1, steps: 1);
        config.ModelConfig.BackboneConfig = new BackboneConfig
        {
            Convnext = new ConvNextConfig { ModelType = "custom", Arch = new() { Depths = [1, 1, 1, 1], Channels = [4, 4, 4, 4] }, PreTrainedWeights = "ConvNeXt_Tiny_Weights" },
        };
        config.TrainerConfig.Optimizer.Lr = 1e-9;
        using var source = PoseModel.Create(config.ModelConfig, new Skeleton { Nodes = { "a" } }, seed: 99);
        var file = Path.Combine(Directory.CreateTempSubdirectory("sleapnn-published-").FullName, "small.pth");
        using (var published = new Checkpoint())
        {
            foreach (var (name, weight) in source.GetStateDict().Where(entry => entry.Key.StartsWith("backbone.enc.")))
            {
                published.StateDict[name["backbone.enc.".Length..]] = weight.clone();
            }

            CheckpointFile.Write(file, published);
        }

        Environment.SetEnvironmentVariable(PublishedWeights.SourceVariable, file);
        try
        {
            var run = Trainer.Run(data.Request(config));
            using var model = ModelFolder.Load(run.Path);
            var expected = source.GetStateDict();
            Assert.All(
                model.Model.GetStateDict().Where(entry => entry.Key.StartsWith("backbone.enc.")),
                entry => Assert.True((entry.Value - expected[entry.Key]).abs().max().item<float>() < 1e-6, entry.Key));
        }
        finally
        {
            Environment.SetEnvironmentVariable(PublishedWeights.SourceVariable, null);
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void A_run_that_keeps_no_model_says_so()
    {
        var config = data.Config(epochs: 1, steps: 1);
        config.TrainerConfig.SaveCkpt = false;
        var warnings = new List<string>();
        Trainer.Run(data.Request(config), Immediate.WarningsTo(warnings));
        Assert.Contains(warnings, warning => warning.Contains("save_ckpt"));
    }

    [Theory]
    [InlineData("data_config.validation_fraction", 1.0)]
    [InlineData("data_config.preprocessing.ensure_rgb", true)]
    [InlineData("data_config.augmentation_config.geometric.rotation_min", 20.0)]
    [InlineData("data_config.augmentation_config.geometric.scale_max", 0.0)]
    [InlineData("trainer_config.online_hard_keypoint_mining.max_hard_keypoints", 1)]
    public void A_configuration_that_contradicts_itself_is_not_trained(string key, object value)
    {
        var config = data.Config(epochs: 1, steps: 1);
        config.DataConfig.Preprocessing.EnsureGrayscale = true;
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new() { Geometric = new() { AffineP = 1, ScaleMin = 0 } };
        config.TrainerConfig.OnlineHardKeypointMining = new() { OnlineMining = true, MaxHardKeypoints = 2 };
        Trainer.Run(data.Request(config, "sound"));
        ConfigPath.Set(config, key, value);
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingConfigInvalid", error.ErrorId);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Equal("TrainingConfigInvalid", Assert.Throws<TrainingException>(() => AugmentationSheet.Draw(config, ".", 1, 1)).ErrorId);
        Assert.Equal("TrainingConfigInvalid", Assert.Throws<TrainingException>(() => TrainingEstimator.Estimate(config, ".", "cpu", false, _ => { }, CancellationToken.None)).ErrorId);
    }

    [Fact]
    public void Settings_that_do_nothing_are_told()
    {
        var config = data.Config(epochs: 1, steps: 2).WithHead("centroid");
        config.TrainerConfig.MinTrainStepsPerEpoch = 3;
        config.TrainerConfig.OnlineHardKeypointMining = new() { OnlineMining = true };
        var warnings = new List<string>();
        Trainer.Run(data.Request(config), Immediate.WarningsTo(warnings));
        Assert.Contains(warnings, warning => warning.Contains("train_steps_per_epoch has no effect", StringComparison.Ordinal) && warning.Contains("to 2 or less", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("online_mining has no effect", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_is_never_overwritten_without_force()
    {
        var first = Trainer.Run(data.Request(data.Config(epochs: 1, steps: 1)));
        var second = Trainer.Run(data.Request(data.Config(epochs: 1, steps: 1)));
        Assert.Equal(first.Path + "-1", second.Path);
        var forced = Trainer.Run(new TrainingRequest { Config = data.Config(epochs: 2, steps: 1), OutputPath = first.Path, Force = true });
        Assert.Equal(first.Path, forced.Path);
        Assert.Equal(2, TrainingLog.Read(first.Path).Count);
    }

    [Fact]
    public void No_tensor_outlives_its_step_or_its_run()
    {
        Trainer.Run(data.Request(data.Config(epochs: 1, steps: 1), "warm"));
        var before = Count();
        var counts = new List<long>();
        Trainer.Run(data.Request(data.Config(epochs: 6, steps: 4)), new Immediate(p =>
        {
            if (p.Message?.StartsWith("Epoch", StringComparison.Ordinal) == true)
            {
                counts.Add(torch.Tensor.TotalCount);
            }
        }));
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Skip(1), count => Assert.Equal(counts[1], count));

        // TorchSharp's count keeps up to one a parameter of a model that is disposed of, and a run has two: the one that it
        // trains, and the one that predicts afterwards. Nothing else may stay.
        Assert.InRange(Count() - before, -36, 36);

        static long Count()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return torch.Tensor.TotalCount;
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_names_the_frames()
    {
        var config = data.Config(epochs: 5, steps: 5);
        config.TrainerConfig.Optimizer.Lr = 1e30;
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingLossNotFinite", error.ErrorId);
        Assert.Contains("frame", error.Message);
    }

    [Fact]
    public void Early_stopping_ends_a_run_that_does_not_improve()
    {
        var config = data.Config(epochs: 20, steps: 1);
        config.TrainerConfig.Optimizer.Lr = 1e-12;
        config.TrainerConfig.EarlyStopping = new EarlyStoppingConfig { StopTrainingOnPlateau = true, Patience = 2, MinDelta = 1e-3 };
        var run = Trainer.Run(data.Request(config));
        Assert.Equal((TrainingEnd.EarlyStopping, 3), (run.End, run.Epochs));
    }

    [Theory]
    [InlineData("centroid", 0)]
    [InlineData("centered_instance", 2)]
    [InlineData("bottomup", 4)]
    [InlineData("multi_class_bottomup", 4)]
    [InlineData("multi_class_topdown", 6)]
    public void Every_kind_of_model_trains(string kind, int extraColumns)
    {
        using var pairs = new TinyDataset(animals: 2);
        var config = pairs.Config(epochs: 4, steps: 6);
        var heads = config.ModelConfig.HeadConfigs;
        switch (kind)
        {
            case "centroid": heads.Centroid = new CentroidConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "centered_instance": heads.CenteredInstance = new CenteredInstanceConfig { Confmaps = { Sigma = 1.5, OutputStride = 2, AnchorPart = "A" } }; break;
            case "bottomup": heads.Bottomup = new BottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, Pafs = { Sigma = 8, OutputStride = 4 } }; break;
            case "multi_class_bottomup": heads.MultiClassBottomup = new MultiClassBottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, ClassMaps = { Sigma = 4, OutputStride = 4 } }; break;
            default: heads.MultiClassTopdown = new MultiClassTopdownConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
        }

        config.DataConfig.Preprocessing.MinCropSize = 16;
        var run = Trainer.Run(pairs.Request(config));
        var log = TrainingLog.Read(run.Path);
        Assert.Equal(kind, run.ModelType);
        Assert.Equal(extraColumns, log[0].Other.Count);
        Assert.True(log[^1].TrainLoss < log[0].TrainLoss, $"{log[0].TrainLoss} -> {log[^1].TrainLoss}");
        using var model = ModelFolder.Load(run.Path);
        Assert.Equal(kind, model.Model.ModelType);
    }

    [Fact]
    public void Hard_keypoints_make_a_larger_loss()
    {
        var plain = Trainer.Run(data.Request(data.Config(epochs: 1, steps: 2), "plain"));
        var config = data.Config(epochs: 1, steps: 2);
        config.TrainerConfig.OnlineHardKeypointMining = new HardKeypointMiningConfig { OnlineMining = true };
        var mined = Trainer.Run(data.Request(config, "mined"));
        Assert.True(mined.BestLoss > plain.BestLoss);
    }

    [Fact]
    public void Frames_with_two_animals_are_refused_by_a_single_instance_model()
    {
        using var pairs = new TinyDataset(animals: 2);
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(pairs.Request(pairs.Config())));
        Assert.Equal("TrainingSeveralInstances", error.ErrorId);
    }

    [Fact]
    public void Labels_must_be_given_and_exist()
    {
        var config = data.Config();
        config.DataConfig.TrainLabelsPath = [];
        Assert.Equal("TrainingNoLabels", Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config))).ErrorId);
        config.DataConfig.TrainLabelsPath = ["nowhere.slp"];
        Assert.Equal("LabelsFileNotFound", Assert.Throws<LabelsException>(() => Trainer.Run(data.Request(config))).ErrorId);
        Assert.False(Directory.Exists(Path.Combine(data.Folder, "run")));
    }

    [Fact]
    public void A_device_that_is_not_there_is_an_error()
    {
        var config = data.Config();
        config.TrainerConfig.TrainerAccelerator = "tpu";
        Assert.Equal("DeviceUnknown", Assert.Throws<RuntimeException>(() => Trainer.Run(data.Request(config))).ErrorId);
    }

    private static void AssertSameWeights(string first, string second, string name = "best.ckpt")
    {
        using var one = CheckpointFile.Read(Path.Combine(first, name));
        using var two = CheckpointFile.Read(Path.Combine(second, name));
        Assert.Equal(one.StateDict.Keys, two.StateDict.Keys);
        foreach (var (key, value) in one.StateDict)
        {
            Assert.Equal(value.data<float>().ToArray(), two.StateDict[key].data<float>().ToArray());
        }
    }
}
