using SleapNn.Configuration;
using SleapNn.Recommendation;

namespace SleapNn.Tests.Recommendation;

/// <summary>Statistics that flip each choice.</summary>
public sealed class AutoConfigTests
{
    private static readonly ComputeDevice Gpu = new() { Id = "cuda:0", Name = "test", MemoryBytes = 24L << 30, Works = true };

    // Two small animals on a white floor.
    private static readonly DataStatistics Data = new()
    {
        Skeleton = Line("head", "body", "tail"),
        FrameCount = 200,
        InstanceCount = 400,
        HeightPx = 512,
        WidthPx = 512,
        MaxInstances = 2,
        MeanSizePx = 60,
        LargeSizePx = 70,
        MaxSizePx = 72,
        Alignment = 0.1,
        CentralNode = "body",
    };

    [Fact]
    public void One_animal_a_frame_takes_a_single_instance_model() =>
        Assert.Equal(["single_instance"], Heads(Data with { MaxInstances = 1 }));

    [Fact]
    public void Small_animals_take_two_models_and_large_ones_bottom_up()
    {
        Assert.Equal(["centroid", "centered_instance"], Heads(Data));
        Assert.Equal(["centroid", "centered_instance"], Heads(Data with { MeanSizePx = 102 }));
        Assert.Equal(["bottomup"], Heads(Data with { MeanSizePx = 103 }));
    }

    [Fact]
    public void A_skeleton_that_does_not_join_its_nodes_takes_two_models()
    {
        var large = Data with { MeanSizePx = 200 };
        Assert.Equal(["bottomup"], Heads(large));
        var edgeless = Line("head", "body", "tail");
        edgeless.Edges.Clear();
        Assert.Equal(["centroid", "centered_instance"], Heads(large with { Skeleton = edgeless }));
        var parted = Line("head", "body", "tail");
        parted.Edges.RemoveAt(1);
        Assert.Contains("do not join", Choice(large with { Skeleton = parted }, "model_config.head_configs").Reason);
    }

    [Fact]
    public void A_single_node_takes_the_centroid_alone() => Assert.Equal(["centroid"], Heads(Data with { Skeleton = Line("spot"), CentralNode = "spot" }));

    [Theory]
    [InlineData(0.3, "centroid")]
    [InlineData(0.31, "bottomup")]
    public void Animals_that_overlap_take_bottom_up(double overlap, string first) => Assert.Equal(first, Heads(Data with { OverlapFraction = overlap })[0]);

    [Theory]
    [InlineData(32, "centroid")]
    [InlineData(33, "bottomup")]
    public void Animals_that_fill_the_frame_together_take_bottom_up(int count, string first) => Assert.Equal(first, Heads(Data with { MaxInstances = count })[0]);

    [Fact]
    public void Tracks_that_a_person_named_are_identities()
    {
        var tracked = Data with { TrackNames = ["Ada", "Bob"], TrackedFraction = 1 };
        Assert.Equal(["centroid", "multi_class_topdown"], Heads(tracked));
        Assert.Equal(["multi_class_bottomup"], Heads(tracked with { MeanSizePx = 200 }));
        Assert.Equal(["centroid", "centered_instance"], Heads(tracked with { TrackNames = ["track_0", "track_1"] }));
        Assert.Equal(["centroid", "centered_instance"], Heads(tracked with { TrackNames = ["1", "2"] }));
        Assert.Equal(["centroid", "centered_instance"], Heads(tracked with { TrackedFraction = 0.9 }));
        Assert.Equal(["centroid", "centered_instance"], Heads(tracked with { TrackNames = ["Ada", "Bob", "Cleo"] }));
    }

    [Theory]
    [InlineData(1024, 300, 1)]
    [InlineData(1025, 300, 0.5)]
    [InlineData(2048, 300, 0.5)]
    [InlineData(2049, 300, 0.25)]
    [InlineData(2049, 100, 0.5)]
    [InlineData(2049, 60, 1)]
    public void Large_frames_are_reduced_unless_animals_vanish(int width, double sizePx, double scale) =>
        Assert.Equal(scale, Choice(Data with { MaxInstances = 1, WidthPx = width, HeightPx = 256, MeanSizePx = sizePx, LargeSizePx = sizePx, MaxSizePx = sizePx }, "data_config.preprocessing.scale").Value);

    [Fact]
    public void Animals_are_found_at_half_the_resolution_and_cropped_at_full()
    {
        var both = Make(Data);
        Assert.Equal([0.5, 1.0], both.Select(config => config.DataConfig.Preprocessing.Scale));
        Assert.Equal(1, Make(Data with { MeanSizePx = 15 })[0].DataConfig.Preprocessing.Scale);
        Assert.Equal(0.5, Make(Data with { WidthPx = 4000, MeanSizePx = 600, MaxSizePx = 600, LargeSizePx = 600 })[1].DataConfig.Preprocessing.Scale);
    }

    [Theory]
    [InlineData(70, 16)]
    [InlineData(140, 16)]
    [InlineData(141, 32)]
    [InlineData(284, 32)]
    [InlineData(285, 64)]
    [InlineData(900, 64)]
    public void The_network_sees_nearly_all_animals_whole(double sizePx, int stride)
    {
        var choice = Choice(Data with { MaxInstances = 1, LargeSizePx = sizePx, MaxSizePx = sizePx }, "model_config.backbone_config.unet.max_stride");
        Assert.Equal(stride, choice.Value);
        Assert.Contains(sizePx == 900 ? "larger than any" : "sees", choice.Reason);
    }

    [Fact]
    public void Crops_hold_the_largest_animal_however_it_is_turned()
    {
        // 72 px, turned by 45 degrees and enlarged by 1.1, but never below the smallest crop, in steps of the stride.
        Assert.Equal(128, Make(Data)[1].DataConfig.Preprocessing.CropSize);
        Assert.Equal(112, Make(Data with { Alignment = 0.9, MaxSizePx = 70 })[1].DataConfig.Preprocessing.CropSize);
        Assert.Equal(320, Make(Data with { MaxSizePx = 200 })[1].DataConfig.Preprocessing.CropSize);
    }

    [Theory]
    [InlineData(0.59, 180)]
    [InlineData(0.61, 15)]
    [InlineData(null, 15)]
    public void Images_are_turned_as_far_as_animals_turn(double? alignment, double degrees)
    {
        var geometric = Make(Data with { Alignment = alignment })[0].DataConfig.AugmentationConfig!.Geometric!;
        Assert.Equal((-degrees, degrees), (geometric.RotationMin, geometric.RotationMax));
    }

    [Fact]
    public void Maps_are_fine_for_small_animals_and_wide_for_large_ones()
    {
        var one = Data with { MaxInstances = 1 };
        Assert.Equal((2, 5.0), Maps(one));
        Assert.Equal((1, 2.5), Maps(one with { MeanSizePx = 40, LargeSizePx = 45 }));
        Assert.Equal((2, 7.5), Maps(one with { MeanSizePx = 180, LargeSizePx = 200, MaxSizePx = 200 }));

        var bottomUp = Make(Data with { MeanSizePx = 200 })[0].ModelConfig.HeadConfigs.Bottomup!;
        Assert.Equal((2, 2.5, 4), (bottomUp.Confmaps.OutputStride, bottomUp.Confmaps.Sigma, bottomUp.Pafs.OutputStride));
        Assert.Equal(5, Make(Data with { LargeSizePx = 160, MaxSizePx = 160 })[1].ModelConfig.HeadConfigs.CenteredInstance!.Confmaps.Sigma);

        static (int, double) Maps(DataStatistics data)
        {
            var maps = Make(data)[0].ModelConfig.HeadConfigs.SingleInstance!.Confmaps;
            return (maps.OutputStride, maps.Sigma);
        }
    }

    [Fact]
    public void The_central_node_is_the_anchor_of_both_models()
    {
        Assert.All(Make(Data), config => Assert.Equal("body", config.Choices.Single(choice => choice.Key.EndsWith("anchor_part", StringComparison.Ordinal)).Value));
        Assert.Null(Make(Data with { CentralNode = null })[1].ModelConfig.HeadConfigs.CenteredInstance!.Confmaps.AnchorPart);
    }

    [Fact]
    public void Batches_fit_into_the_memory_and_the_data()
    {
        Assert.Equal(8, BatchOn(24_000));
        Assert.Equal(4, BatchOn(2_000));
        Assert.Equal(2, BatchOn(1_000));
        Assert.Equal(4, Batch(Make(Data with { MaxInstances = 1, FrameCount = 5 })[0]));
        Assert.Equal(4, Batch(Make(Data with { MaxInstances = 1 }, Cpu(64_000))[0]));
        Assert.Equal(2, Batch(Make(Data with { MaxInstances = 1, WidthPx = 2000, HeightPx = 1500, MeanSizePx = 40, LargeSizePx = 40 }, Gib(200))[0]));

        static int BatchOn(int mebibytes) => Batch(Make(Data with { MaxInstances = 1 }, Mib(mebibytes))[0]);
        static int Batch(SleapConfig config)
        {
            Assert.Equal(config.TrainerConfig.TrainDataLoader.BatchSize, config.TrainerConfig.ValDataLoader.BatchSize);
            return config.TrainerConfig.TrainDataLoader.BatchSize;
        }
    }

    [Fact]
    public void A_small_device_takes_a_smaller_network_and_then_smaller_images()
    {
        var one = Data with { MaxInstances = 1, HeightPx = 1024, WidthPx = 1024, MeanSizePx = 200, LargeSizePx = 200, MaxSizePx = 200 };
        Assert.Equal(32, Make(one)[0].ModelConfig.BackboneConfig.Unet!.Filters);
        var small = Make(one, Mib(1200))[0];
        Assert.Equal((16, 1.0), (small.ModelConfig.BackboneConfig.Unet!.Filters, small.DataConfig.Preprocessing.Scale));
        var tiny = Make(one, Mib(200))[0];
        Assert.Equal((8, 0.5), (tiny.ModelConfig.BackboneConfig.Unet!.Filters, tiny.DataConfig.Preprocessing.Scale));
        Assert.Contains("does not fit", tiny.Choices.Single(choice => choice.Key.EndsWith("scale", StringComparison.Ordinal)).Reason);
        Assert.Equal(16, Make(one, Cpu(64_000))[0].ModelConfig.BackboneConfig.Unet!.Filters);
        Assert.Contains("even one sample", Make(one, Mib(1))[0].Choices.Single(choice => choice.Key.EndsWith("train_data_loader.batch_size", StringComparison.Ordinal)).Reason);
    }

    [Fact]
    public void Frames_are_kept_in_memory_where_they_fit_into_a_quarter_of_it()
    {
        Assert.Equal("torch_dataset", Cache(Data, Cpu(64_000)));
        Assert.Equal("torch_dataset_cache_img_memory", Cache(Data with { FrameCount = 10_000 }, Cpu(64_000)));
        Assert.Equal("torch_dataset", Cache(Data with { FrameCount = 100_000 }, Cpu(64_000)));

        static object? Cache(DataStatistics data, ComputeDevice device) => Make(data, device)[0].DataConfig.DataPipelineFw;
    }

    [Fact]
    public void What_is_given_stays_and_the_rest_goes_by_it()
    {
        var given = new AutoGiven { Head = "Single_Instance", Scale = 0.25, Sigma = 3, OutputStride = 4, BatchSize = 3 };
        var config = Assert.Single(AutoConfig.Make(ConfigPresets.Start(), Data with { LargeSizePx = 400, MaxSizePx = 400 }, Gpu, given));
        var maps = config.ModelConfig.HeadConfigs.SingleInstance!.Confmaps;
        Assert.Equal((0.25, 3.0, 4, 3), (config.DataConfig.Preprocessing.Scale, maps.Sigma, maps.OutputStride, config.TrainerConfig.ValDataLoader.BatchSize));
        Assert.Equal(16, config.ModelConfig.BackboneConfig.Unet!.MaxStride);
        Assert.Equal(5, config.Choices.Count(choice => choice.Reason == "given"));

        var preset = AutoConfig.Make(ConfigPresets.Start(), Data, Gpu, new AutoGiven { Preset = "unet_large_rf", CropSizePx = 96, AnchorPart = "head" })[1];
        Assert.Equal((24, 96, "head"), (preset.ModelConfig.BackboneConfig.Unet!.Filters, preset.DataConfig.Preprocessing.CropSize, preset.ModelConfig.HeadConfigs.CenteredInstance!.Confmaps.AnchorPart));
        Assert.Equal("HeadUnknown", Assert.Throws<ConfigException>(() => AutoConfig.Make(ConfigPresets.Start(), Data, Gpu, new AutoGiven { Head = "botomup" })).ErrorId);
    }

    [Fact]
    public void Every_choice_is_what_the_configuration_has_and_copies_keep_them()
    {
        foreach (var config in Make(Data).Concat(Make(Data with { MeanSizePx = 200 })).Concat(Make(Data with { TrackNames = ["Ada", "Bob"], TrackedFraction = 1, MeanSizePx = 200 })))
        {
            Assert.All(config.Choices.Where(choice => !choice.Key.EndsWith("_configs", StringComparison.Ordinal) && !choice.Key.EndsWith("backbone_config", StringComparison.Ordinal)), choice => Assert.Equal(choice.Value, ConfigPath.Get(config, choice.Key)));
            Assert.All(config.Choices, choice => Assert.NotEqual("", choice.Reason));
            Assert.Same(config.Choices, config.DeepCopy().Choices);
            Assert.DoesNotContain(ConfigValidator.Validate(config), finding => finding.Severity == FindingSeverity.Error && !finding.Path.Contains("labels", StringComparison.Ordinal));
            Assert.Contains(ConfigListing.Of(config), line => line.ToString().Contains("; the usual width", StringComparison.Ordinal) || line.ToString().Contains("# the usual width", StringComparison.Ordinal));
        }
    }

    private static IReadOnlyList<SleapConfig> Make(DataStatistics data, ComputeDevice? device = null) => AutoConfig.Make(ConfigPresets.Start(), data, device ?? Gpu, new AutoGiven());

    private static List<string?> Heads(DataStatistics data) => [.. Make(data).Select(config => config.ModelConfig.HeadConfigs.GetActiveName())];

    private static ConfigChoice Choice(DataStatistics data, string key) => Make(data)[0].Choices.Single(choice => choice.Key == key);

    private static ComputeDevice Mib(int mebibytes) => new() { Id = "cuda:0", Name = "test", MemoryBytes = (long)mebibytes << 20, Works = true };

    private static ComputeDevice Gib(int gibibytes) => Mib(gibibytes << 10);

    private static ComputeDevice Cpu(int mebibytes) => new() { Id = "cpu", Name = "test", MemoryBytes = (long)mebibytes << 20, Works = true };

    private static Skeleton Line(params string[] nodes)
    {
        var skeleton = new Skeleton { Name = "animal" };
        skeleton.Nodes.AddRange(nodes);
        skeleton.Edges.AddRange(Enumerable.Range(0, nodes.Length - 1).Select(i => new SkeletonEdge(i, i + 1)));
        return skeleton;
    }
}
