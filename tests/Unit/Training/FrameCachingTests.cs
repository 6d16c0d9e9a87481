using SleapNn.LabelFiles;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>Where decoded frames are kept, and frames without animals.</summary>
public sealed class FrameCachingTests : TorchTest
{
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Fact]
    public void Every_kind_of_cache_trains_alike()
    {
        var config = data.Config();
        var plain = Trainer.Run(data.Request(config, "plain"));
        foreach (var kind in new[] { "torch_dataset_cache_img_memory", "torch_dataset_cache_img_disk" })
        {
            foreach (var workers in new[] { 0, 3 })
            {
                (config.DataConfig.DataPipelineFw, config.DataConfig.CacheWorkers) = (kind, workers);
                Assert.Equal(plain.BestLoss, Trainer.Run(data.Request(config, $"{kind}{workers}")).BestLoss);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cached_files_lie_where_they_should_and_are_deleted_on_request(bool deletes)
    {
        var config = data.Config();
        var folder = Path.Combine(data.Folder, "cache");
        (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath, config.DataConfig.DeleteCacheImgsAfterTraining) = ("torch_dataset_cache_img_disk", folder, deletes);
        Trainer.Run(data.Request(config));
        Assert.Equal(deletes ? 0 : 6, Directory.GetFiles(folder, "sample_0_0_*.png", SearchOption.AllDirectories).Length);
        Assert.Equal(!deletes, Directory.Exists(Path.Combine(folder, "train_imgs")));
    }

    [Fact]
    public void Existing_files_are_used_on_request_only()
    {
        var config = data.Config();
        var folder = Path.Combine(data.Folder, "cache");
        (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath, config.DataConfig.DeleteCacheImgsAfterTraining) = ("torch_dataset_cache_img_disk", folder, false);
        var right = Trainer.Run(data.Request(config, "right"));

        // Other pictures in the place of the cached ones.
        var files = Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            File.Copy(files[0], file + ".new");
        }

        foreach (var file in files)
        {
            File.Move(file + ".new", file, overwrite: true);
        }

        config.DataConfig.UseExistingImgs = true;
        Assert.NotEqual(right.BestLoss, Trainer.Run(data.Request(config, "existing")).BestLoss);
        config.DataConfig.UseExistingImgs = false;
        Assert.Equal(right.BestLoss, Trainer.Run(data.Request(config, "anew")).BestLoss);
    }

    [Fact]
    public void Files_of_other_labels_are_never_taken_for_its_own()
    {
        using var other = new TinyDataset(frames: 9);
        var folder = Path.Combine(data.Folder, "cache");
        var plain = Trainer.Run(data.Request(data.Config(), "plain"));
        foreach (var (set, name) in new[] { (other, "other"), (data, "own") })
        {
            var config = set.Config();
            (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath, config.DataConfig.DeleteCacheImgsAfterTraining) = ("torch_dataset_cache_img_disk", folder, false);
            config.DataConfig.UseExistingImgs = true;
            var run = Trainer.Run(data.Request(config, name));
            Assert.Equal(name == "own", run.BestLoss == plain.BestLoss);
        }

        Assert.Equal(15, Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Files_that_another_run_deletes_are_read_from_the_video()
    {
        var plain = Trainer.Run(data.Request(data.Config(), "plain"));
        var config = data.Config();
        var folder = Path.Combine(data.Folder, "cache");
        (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath) = ("torch_dataset_cache_img_disk", folder);
        var run = Trainer.Run(data.Request(config, "robbed"), new Immediate(p =>
        {
            if (p.Activity == "Training" && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }));
        Assert.Equal(plain.BestLoss, run.BestLoss);
    }

    [Fact]
    public void A_cache_that_cannot_be_made_is_said()
    {
        var config = data.Config();
        (config.DataConfig.DataPipelineFw, config.DataConfig.CacheImgPath) = ("torch_dataset_cache_img_disk", data.LabelsPath);
        var error = Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config)));
        Assert.Equal("TrainingCacheUnwritable", error.ErrorId);
        Assert.Contains("cache_img_path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_without_room_is_refused()
    {
        CacheFilling.Require(10, 100, 1000, onDisk: false);
        var error = Assert.Throws<TrainingException>(() => CacheFilling.Require(10, 5_000_000_000, 1_000_000_000, onDisk: false));
        Assert.Equal("TrainingCacheTooLarge", error.ErrorId);
        Assert.Contains("5.0 GB in memory, and 1.0 GB are free", error.Message);
        Assert.Contains("cache_img_path", Assert.Throws<TrainingException>(() => CacheFilling.Require(1, 2, 1, onDisk: true)).Message);
    }

    [Fact]
    public void Frames_without_animals_are_trained_on_with_their_weight()
    {
        var labels = LabelsFile.Load(data.LabelsPath);
        foreach (var frame in labels.Frames.Skip(3))
        {
            frame.Instances.Clear();
            frame.IsNegative = true;
        }

        LabelsFile.Save(labels, data.LabelsPath);
        var config = data.Config(epochs: 1, steps: 4);
        config.DataConfig.UseSameDataForVal = true;
        Assert.Equal(3, Trainer.Run(data.Request(config, "without")).TrainSamples);
        config.DataConfig.UseNegativeFrames = true;
        var with = Trainer.Run(data.Request(config, "with"));
        Assert.Equal(6, with.TrainSamples);
        config.DataConfig.NegativeLossWeight = 5;
        Assert.NotEqual(with.BestLoss, Trainer.Run(data.Request(config, "weighted")).BestLoss);
    }
}
