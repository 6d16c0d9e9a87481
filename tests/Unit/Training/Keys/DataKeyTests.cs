using OpenCvSharp;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Keys;

/// <summary>What the keys of <c>data_config</c> do that no other test shows.</summary>
public sealed class DataKeyTests : TorchTest
{
    private const string Preprocessing = "data_config.preprocessing.";
    private readonly TinyDataset data = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
    }

    [Fact]
    public void There_is_one_provider()
    {
        var error = Assert.Throws<ConfigException>(() => new DataConfig { Provider = "VideoReader" });
        Assert.Contains("LabelsReader", error.Message);
    }

    [Fact]
    public void All_files_to_train_on_are_read_and_split()
    {
        using var more = new TinyDataset(frames: 4);
        var config = data.Config();
        config.DataConfig.TrainLabelsPath = [data.LabelsPath, more.LabelsPath];
        config.DataConfig.ValidationFraction = 0.5;
        using var prepared = new PreparedData(config);
        Assert.Equal([3, 2], new[] { 0, 1 }.Select(file => prepared.Data.Split.Train.Count(f => f.FileIndex == file)));
        Assert.Equal([3, 2], new[] { 0, 1 }.Select(file => prepared.Data.Split.Val.Count(f => f.FileIndex == file)));
    }

    [Fact]
    public void Files_to_validate_with_take_the_place_of_the_fraction()
    {
        using var more = new TinyDataset(frames: 4);
        var config = data.Config();
        config.DataConfig.ValLabelsPath = [more.LabelsPath, more.LabelsPath];
        config.DataConfig.ValidationFraction = 0.5;
        using var prepared = new PreparedData(config);
        Assert.Equal((6, 8), (prepared.Data.Split.Train.Count, prepared.Data.Split.Val.Count));
        Assert.All(prepared.Data.Split.Val, frame => Assert.StartsWith(more.Folder, Path.GetFullPath(frame.Frame.Video.ImageFileNames[0])));
    }

    [Theory]
    [InlineData(0.1, 9, 1)]
    [InlineData(0.3, 7, 3)]
    [InlineData(0.9, 1, 9)]
    public void The_fraction_is_kept_for_validation(double fraction, int train, int val)
    {
        using var ten = new TinyDataset(frames: 10);
        var config = ten.Config();
        config.DataConfig.ValidationFraction = fraction;
        using var prepared = new PreparedData(config);
        Assert.Equal((train, val), (prepared.Data.Split.Train.Count, prepared.Data.Split.Val.Count));
        Assert.Empty(prepared.Data.Split.Train.Select(f => f.Frame.FrameIndex).Intersect(prepared.Data.Split.Val.Select(f => f.Frame.FrameIndex)));
    }

    [Fact]
    public void The_same_data_can_be_validated_with()
    {
        var config = data.Config();
        config.DataConfig.UseSameDataForVal = true;
        using var prepared = new PreparedData(config);
        Assert.Equal(6, prepared.Data.Split.Train.Count);
        Assert.Equal(prepared.Data.Split.Train, prepared.Data.Split.Val);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 6)]
    public void Predicted_instances_are_used_on_request(bool userOnly, int samples)
    {
        var labels = LabelsFile.Load(data.LabelsPath);
        foreach (var frame in labels.Frames.Skip(3))
        {
            var placed = frame.Instances[0];
            frame.Instances[0] = new PoseInstance(placed.Skeleton, placed.Points, InstanceKind.Predicted);
        }

        LabelsFile.Save(labels, data.LabelsPath);
        var config = data.Config();
        (config.DataConfig.UseSameDataForVal, config.DataConfig.UserInstancesOnly) = (true, userOnly);
        using var prepared = new PreparedData(config);
        Assert.Equal(samples, prepared.Source.Count);
    }

    [Theory]
    [InlineData("torch_dataset", false, 0)]
    [InlineData("torch_dataset_cache_img_memory", true, 0)]
    [InlineData("torch_dataset_cache_img_disk", true, 6)]
    public void The_pipeline_decides_where_frames_are_kept(string pipeline, bool caches, int files)
    {
        var config = data.Config(epochs: 1, steps: 1);
        (config.DataConfig.DataPipelineFw, config.DataConfig.DeleteCacheImgsAfterTraining) = (pipeline, false);
        var said = new List<string>();
        var run = Trainer.Run(data.Request(config), new Immediate(p => said.Add(p.Activity)));
        Assert.Equal(caches, said.Contains("Caching 6 frames"));
        Assert.Equal(files, Directory.GetFiles(run.Path, "sample_*.png", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData(false, 3, 1)]
    [InlineData(true, 3, 3)]
    [InlineData(true, 7, 7)]
    public void The_cache_is_filled_by_as_many_threads_as_asked_for(bool parallel, int workers, int expected)
    {
        Assert.Equal(expected, CacheFilling.WorkersOf(new DataConfig { ParallelCaching = parallel, CacheWorkers = workers }));
        Assert.InRange(CacheFilling.WorkersOf(new DataConfig()), 1, 4);
    }

    [Theory]
    [InlineData(Preprocessing + "ensure_rgb", true, 1, 3)]
    [InlineData(Preprocessing + "ensure_rgb", false, 1, 1)]
    [InlineData(Preprocessing + "ensure_grayscale", true, 3, 1)]
    [InlineData(Preprocessing + "ensure_grayscale", false, 3, 3)]
    public void Images_have_the_channels_that_are_asked_for(string key, bool value, int inFile, int inSample)
    {
        if (inFile == 3)
        {
            Colour();
        }

        var config = data.Config();
        ConfigPath.Set(config, key, value);
        using var prepared = new PreparedData(config);
        Assert.Equal(inSample, prepared.First().Images.shape[1]);
        Assert.Equal(inSample, prepared.Config.ModelConfig.BackboneConfig.Unet!.InChannels);
    }

    // Frames are 40 x 48 and their sides must be divisible by 4.
    [Theory]
    [InlineData(Preprocessing + "max_height", 64, 64, 48, 1.0)]
    [InlineData(Preprocessing + "max_height", 20, 20, 48, 0.5)]
    [InlineData(Preprocessing + "max_width", 64, 40, 64, 1.0)]
    [InlineData(Preprocessing + "max_width", 24, 40, 24, 0.5)]
    [InlineData(Preprocessing + "scale", 0.5, 20, 24, 0.5)]
    [InlineData(Preprocessing + "scale", 2.0, 80, 96, 2.0)]
    public void Images_and_points_have_the_size_that_is_asked_for(string key, object value, int height, int width, double factor)
    {
        using var plain = new PreparedData(data.Config());
        var config = data.Config();
        ConfigPath.Set(config, key, value);
        using var sized = new PreparedData(config);
        var batch = sized.First();
        Assert.Equal([1, 1, height, width], batch.Images.shape);
        var points = plain.First().Points.data<float>().ToArray();
        Assert.All(batch.Points.data<float>().ToArray().Zip(points), pair => Assert.Equal(pair.Second * factor, pair.First, 4));
    }

    // Animals are 12 pixels long.
    [Theory]
    [InlineData(Preprocessing + "crop_hw", "24 32", 24, 32)]
    [InlineData(Preprocessing + "crop_hw", null, 16, 16)]
    [InlineData(Preprocessing + "crop_size", 40, 40, 40)]
    [InlineData(Preprocessing + "min_crop_size", 32, 32, 32)]
    [InlineData(Preprocessing + "min_crop_size", 4, 12, 12)]
    [InlineData(Preprocessing + "crop_padding", 8, 20, 20)]
    public void Crops_have_the_size_that_is_asked_for(string key, object? value, int height, int width)
    {
        var config = data.Config().WithHead("centered_instance");
        ConfigPath.Set(config, key, value is string sides ? sides.Split(' ').Select(int.Parse).ToList() : value);
        using var prepared = new PreparedData(config);
        Assert.Equal([1, 1, height, width], prepared.First().Images.shape);
    }

    [Fact]
    public void Images_are_varied_on_request_only()
    {
        var config = data.Config(epochs: 1, steps: 2);
        var plain = Trainer.Run(data.Request(config, "plain")).BestLoss;
        config.DataConfig.AugmentationConfig = new() { Intensity = new() { BrightnessP = 1, BrightnessMin = 0.5, BrightnessMax = 0.5 } };
        Assert.Equal(plain, Trainer.Run(data.Request(config, "off")).BestLoss);
        config.DataConfig.UseAugmentationsTrain = true;
        Assert.NotEqual(plain, Trainer.Run(data.Request(config, "on")).BestLoss);
    }

    private void Colour()
    {
        var labels = LabelsFile.Load(data.LabelsPath);
        (labels.Videos[0].Channels, labels.Videos[0].Metadata) = (3, null);
        LabelsFile.Save(labels, data.LabelsPath);
        foreach (var path in Directory.GetFiles(data.Folder, "*.png"))
        {
            using var colour = new Mat(TinyDataset.Height, TinyDataset.Width, MatType.CV_8UC3, new Scalar(10, 60, 200));
            Cv2.ImWrite(path, colour);
        }
    }
}
