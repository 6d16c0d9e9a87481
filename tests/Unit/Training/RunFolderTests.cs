using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Inference;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>What a run leaves in its folder.</summary>
public sealed class RunFolderTests : TorchTest
{
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Fact]
    public void Predictions_and_metrics_of_train_val_and_test_are_written()
    {
        var config = Learning();
        config.DataConfig.TestFilePath = [data.LabelsPath, Path.Combine(data.Folder, "frame000.png")];
        var run = Trainer.Run(data.Request(config));
        Assert.Equal(6, LabelsFile.Load(Path.Combine(run.Path, "labels_pr.test.0.slp")).Frames.Count);
        Assert.Equal(3, LabelsFile.Load(Path.Combine(run.Path, "labels_pr.val.0.slp")).Frames.Count);
        Assert.NotEmpty(LabelsFile.Load(Path.Combine(run.Path, "labels_pr.train.0.slp")).Frames.SelectMany(f => f.PredictedInstances));
        Assert.True(MetricsFile.Load(Path.Combine(run.Path, "metrics.train.0.npz")).Distances!.MeanPx < 3);
        Assert.True(File.Exists(Path.Combine(run.Path, "metrics.test.0.npz")));

        // The second test file is an image without labels to compare with.
        Assert.True(File.Exists(Path.Combine(run.Path, "labels_pr.test.1.slp")));
        Assert.False(File.Exists(Path.Combine(run.Path, "metrics.test.1.npz")));
    }

    [Fact]
    public void A_test_file_that_is_not_there_is_refused_before_training()
    {
        var config = data.Config();
        config.DataConfig.TestFilePath = ["nowhere.slp"];
        Assert.Equal("TrainingTestFileNotFound", Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config))).ErrorId);
        Assert.False(Directory.Exists(Path.Combine(data.Folder, "run")));
    }

    [Theory]
    [InlineData(true, "png")]
    [InlineData(true, "jpg")]
    [InlineData(false, "png")]
    public void Pictures_of_predictions_are_drawn_every_epoch_and_kept_on_request(bool keeps, string format)
    {
        var config = data.Config(epochs: 2, steps: 2);
        (config.TrainerConfig.VisualizePredsDuringTraining, config.TrainerConfig.KeepViz, config.TrainerConfig.VizImgFormat) = (true, keeps, format);
        var watcher = new Watcher();
        var run = Trainer.Run(data.Request(config), [watcher]);
        Assert.Equal(["train 0", "validation 0", "train 1", "validation 1"], watcher.Pictures);
        var viz = Path.Combine(run.Path, "viz");
        Assert.Equal(keeps, Directory.Exists(viz));
        if (keeps)
        {
            Assert.Equal(
                [$"train.0000.{format}", $"train.0001.{format}", $"validation.0000.{format}", $"validation.0001.{format}"],
                Directory.GetFiles(viz).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.True(Picture.Decode(File.ReadAllBytes(Path.Combine(viz, $"train.0001.{format}"))).WidthPx > 300);
        }
    }

    [Fact]
    public void Bottom_up_models_also_get_pictures_of_their_fields()
    {
        using var pairs = new TinyDataset(animals: 2);
        var config = pairs.Config(epochs: 1, steps: 1);
        config.ModelConfig.HeadConfigs.SingleInstance = null;
        config.ModelConfig.HeadConfigs.Bottomup = new BottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, Pafs = { Sigma = 8, OutputStride = 4 } };
        (config.TrainerConfig.VisualizePredsDuringTraining, config.TrainerConfig.KeepViz) = (true, true);
        var run = Trainer.Run(pairs.Request(config));
        Assert.True(File.Exists(Path.Combine(run.Path, "viz", "validation.pafs_magnitude.0000.png")));
    }

    [Fact]
    public void Pictures_of_class_maps_have_a_colour_for_each_identity()
    {
        using var pairs = new TinyDataset(animals: 2);
        var config = pairs.Config(epochs: 1, steps: 2);
        config.ModelConfig.HeadConfigs.SingleInstance = null;
        config.ModelConfig.HeadConfigs.MultiClassBottomup = new MultiClassBottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, ClassMaps = { Sigma = 4, OutputStride = 4 } };
        (config.TrainerConfig.VisualizePredsDuringTraining, config.TrainerConfig.KeepViz) = (true, true);
        var run = Trainer.Run(pairs.Request(config));
        Assert.Equal(
            ["train.0000.png", "train.class_maps.0000.png", "validation.0000.png", "validation.class_maps.0000.png"],
            Directory.GetFiles(Path.Combine(run.Path, "viz")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var network = NetworkView.Load(run.Path, new PredictionOptions { Device = "cpu" });
        var look = network.Look(new ImageFrame(0, new byte[TinyDataset.Height * TinyDataset.Width], TinyDataset.Height, TinyDataset.Width, 1), []);
        Assert.Equal(["animal0", "animal1"], network.Classes);
        Assert.Equal((TinyDataset.Height / 4, TinyDataset.Width / 4, 4.0), (look.Classes[0].Rows, look.Classes[0].Columns, look.Classes[0].StridePx));
        Assert.Equal("OverlayNoFields", Assert.Throws<PredictionException>(() => new MapDrawing(network, MapOverlay.Both)).ErrorId);

        var plain = Trainer.Run(data.Request(data.Config(epochs: 1, steps: 1)));
        using var other = NetworkView.Load(plain.Path, new PredictionOptions { Device = "cpu" });
        Assert.Equal("OverlayNoClassMaps", Assert.Throws<PredictionException>(() => new MapDrawing(other, MapOverlay.ClassMaps)).ErrorId);
    }

    [Fact]
    public void Evaluation_fills_its_columns_at_its_frequency()
    {
        var config = Learning();
        config.TrainerConfig.Eval = new EvalConfig { Enabled = true, Frequency = 3 };
        var log = TrainingLog.Read(Trainer.Run(data.Request(config)).Path);
        Assert.Equal(
            [false, false, true],
            log.Select(e => !double.IsNaN(e.Other["eval/val/visibility_recall"])));
        Assert.Contains("eval/val/mOKS", log[0].Other.Keys);
    }

    [Fact]
    public void Where_no_frame_to_validate_with_has_an_animal_the_run_goes_on_without_its_evaluation()
    {
        var labels = SleapNn.LabelFiles.LabelsFile.Load(data.LabelsPath);
        var empty = new TinyDataset();
        try
        {
            labels.Frames.ForEach(frame =>
            {
                frame.Instances.Clear();
                frame.IsNegative = true;
            });
            SleapNn.LabelFiles.LabelsFile.Save(labels, empty.LabelsPath);
            var config = data.Config();
            config.DataConfig.ValLabelsPath = [empty.LabelsPath];
            config.DataConfig.UseNegativeFrames = true;
            config.TrainerConfig.Eval = new EvalConfig { Enabled = true, Frequency = 1 };
            var run = Trainer.Run(data.Request(config));
            Assert.Equal((TrainingEnd.MaxEpochs, 6), (run.End, run.ValSamples));
            Assert.All(TrainingLog.Read(run.Path), entry => Assert.Equal(double.NaN, entry.Other["eval/val/mOKS"]));
        }
        finally
        {
            empty.Dispose();
        }
    }

    [Fact]
    public void Parts_may_be_named_like_columns_of_the_log()
    {
        var labels = SleapNn.LabelFiles.LabelsFile.Load(data.LabelsPath);
        (labels.Skeleton.Nodes[0], labels.Skeleton.Nodes[1]) = ("lr", "loss");
        SleapNn.LabelFiles.LabelsFile.Save(labels, data.LabelsPath);
        var config = data.Config();
        config.TrainerConfig.Optimizer.Lr = 0.0123;
        var entry = TrainingLog.Read(Trainer.Run(data.Request(config)).Path)[0];
        Assert.Equal(0.0123, entry.LearningRate);
        Assert.Equal(["lr", "loss"], entry.Other.Keys);
        Assert.Equal(entry.TrainLoss, entry.Other.Values.Average(), 6);
    }

    [Fact]
    public void The_options_of_the_evaluation_change_its_numbers()
    {
        var config = Learning();
        config.TrainerConfig.Eval = new EvalConfig { Enabled = true, Frequency = 3 };
        var usual = Oks("usual");
        config.TrainerConfig.Eval.OksStddev = 0.5;
        Assert.True(Oks("wide") > usual);
        (config.TrainerConfig.Eval.OksStddev, config.TrainerConfig.Eval.OksScale) = (0.025, 1e5);
        Assert.True(Oks("large") > usual);

        double Oks(string name) => TrainingLog.Read(Trainer.Run(data.Request(config, name)).Path)[^1].Other["eval/val/mOKS"];
    }

    [Fact]
    public void The_evaluation_of_centroids_matches_within_its_threshold()
    {
        var config = Learning();
        config.ModelConfig.HeadConfigs.SingleInstance = null;
        config.ModelConfig.HeadConfigs.Centroid = new CentroidConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } };
        config.TrainerConfig.Eval = new EvalConfig { Enabled = true, Frequency = 3 };
        Assert.True(Recall("usual") > 0);
        config.TrainerConfig.Eval.MatchThreshold = 1e-6;
        Assert.Equal(0, Recall("strict"));

        double Recall(string name) => TrainingLog.Read(Trainer.Run(data.Request(config, name)).Path)[^1].Other["eval/val/centroid_recall"];
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(-1, 5)]
    public void The_best_checkpoints_are_kept(int saveTopK, int files)
    {
        var config = data.Config(epochs: 5, steps: 4);
        config.TrainerConfig.ModelCkpt.SaveTopK = saveTopK;
        var run = Trainer.Run(data.Request(config));
        var kept = Directory.GetFiles(run.Path, "best*.ckpt").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files, kept.Count);
        Assert.True(File.Exists(Path.Combine(run.Path, "last.ckpt")));

        // They are those of the epochs with the smallest losses, and best.ckpt is that of the smallest.
        var log = TrainingLog.Read(run.Path);
        var best = log.OrderBy(e => e.ValLoss).Take(files).Select(e => (long)e.Epoch).ToList();
        Assert.Equal(best.Order(), kept.Select(EpochOf).Order());
        if (files > 0)
        {
            Assert.Equal(best[0], EpochOf(Path.Combine(run.Path, "best.ckpt")));
        }
    }

    [Fact]
    public void The_last_checkpoint_can_be_left_out()
    {
        var config = data.Config();
        config.TrainerConfig.ModelCkpt.SaveLast = false;
        var run = Trainer.Run(data.Request(config));
        Assert.False(File.Exists(Path.Combine(run.Path, "last.ckpt")));
        Assert.True(File.Exists(Path.Combine(run.Path, "best.ckpt")));
    }

    [Fact]
    public void Without_save_ckpt_there_is_no_checkpoint_and_a_warning()
    {
        var config = data.Config();
        config.TrainerConfig.SaveCkpt = false;
        var warned = false;
        var run = Trainer.Run(data.Request(config), new Immediate(p => warned |= p.IsWarning && p.Message!.Contains("save_ckpt")));
        Assert.Empty(Directory.GetFiles(run.Path, "*.ckpt"));
        Assert.True(warned);
    }

    [Fact]
    public void The_best_can_be_the_largest_of_another_column()
    {
        var config = data.Config(epochs: 4, steps: 4);
        (config.TrainerConfig.ModelCkpt.Monitor, config.TrainerConfig.ModelCkpt.Mode) = ("train/loss", "max");
        var run = Trainer.Run(data.Request(config));
        var log = TrainingLog.Read(run.Path);
        Assert.Equal(log.MaxBy(e => e.TrainLoss)!.Epoch, (int)EpochOf(run.Checkpoint!));
        Assert.Equal(run.BestEpoch, (int)EpochOf(run.Checkpoint!));
    }

    [Fact]
    public void A_monitor_that_the_log_does_not_have_is_refused()
    {
        var config = data.Config();
        config.TrainerConfig.ModelCkpt.Monitor = "val/los";
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingMonitorUnknown", error.ErrorId);
        Assert.Contains("val/loss", error.Message);
    }

    [Fact]
    public void Observers_are_told_of_the_run_and_can_end_it()
    {
        var watcher = new Watcher { StopsAfter = 4 };
        var run = Trainer.Run(data.Request(data.Config(epochs: 3, steps: 3)), [watcher]);
        Assert.Equal(TrainingEnd.Stopped, run.End);

        // The epoch of the last step is ended early, and the best model evaluated, as in sleap-nn.
        Assert.Equal((4, 2, true), (watcher.Steps, watcher.Epochs, watcher.HasEnded));
        Assert.Equal(2, TrainingLog.Read(run.Path).Count);
        Assert.True(File.Exists(Path.Combine(run.Path, "metrics.val.0.npz")));
    }

    // Long enough for peaks above the threshold.
    private SleapConfig Learning()
    {
        var config = data.Config(epochs: 3, steps: 50);
        config.ModelConfig.BackboneConfig.Unet!.Filters = 8;
        return config;
    }

    private static long EpochOf(string path)
    {
        using var checkpoint = CheckpointFile.Read(path);
        return checkpoint.Epoch;
    }

    private sealed class Watcher : IRunObserver
    {
        public int StopsAfter { get; init; } = int.MaxValue;

        public List<string> Pictures { get; } = [];

        public int Steps { get; private set; }

        public int Epochs { get; private set; }

        public bool HasEnded { get; private set; }

        public bool StopRequested => Steps >= StopsAfter;

        public void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named) => Steps++;

        public void EpochEnded(TrainingLogEntry entry) => Epochs++;

        public void PictureDrawn(string name, int epoch, Picture picture) => Pictures.Add($"{name} {epoch}");

        public void Ended(TrainingRun run) => HasEnded = true;

        public void Dispose()
        {
        }
    }
}
