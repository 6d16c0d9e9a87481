using SleapNn.Configuration;
using SleapNn.Models;

namespace SleapNn.Tests.Training.Keys;

/// <summary>What each key of <c>backbone_config</c> does to the network.</summary>
public sealed class BackboneKeyTests : TorchTest
{
    private const string Unet = "model_config.backbone_config.unet.";
    private const string Convnext = "model_config.backbone_config.convnext.";
    private const string Swint = "model_config.backbone_config.swint.";

    [Theory]
    [InlineData(Unet + "in_channels", 3, "channels in", 1, 3)]
    [InlineData(Unet + "kernel_size", 5, "first kernel", 3, 5)]
    [InlineData(Unet + "filters", 12, "channels of the first", 8, 12)]
    [InlineData(Unet + "filters_rate", 2.0, "channels of the middle", 27, 64)]
    [InlineData(Unet + "max_stride", 16, "convolutions", 13, 17)]
    [InlineData(Unet + "max_stride", 16, "stride", 8, 16)]
    [InlineData(Unet + "stem_stride", 2, "first kernel", 3, 7)]
    [InlineData(Unet + "middle_block", false, "convolutions of the middle", 2, 0)]
    [InlineData(Unet + "up_interpolate", false, "transposed", 0, 2)]
    [InlineData(Unet + "stacks", 2, "decoders", 1, 2)]
    [InlineData(Unet + "convs_per_block", 3, "convolutions", 13, 17)]
    [InlineData(Convnext + "in_channels", 3, "channels in", 1, 3)]
    [InlineData(Convnext + "arch.depths", "1 2 3 1", "blocks", 4, 7)]
    [InlineData(Convnext + "arch.channels", "6 6 8 10", "channels of the first", 4, 6)]
    [InlineData(Convnext + "stem_patch_kernel", 7, "first kernel", 4, 7)]
    [InlineData(Convnext + "stem_patch_stride", 4, "stride", 32, 64)]
    [InlineData(Convnext + "kernel_size", 5, "kernel of the decoder", 3, 5)]
    [InlineData(Convnext + "filters_rate", 1.5, "channels of the middle", 20, 15)]
    [InlineData(Convnext + "convs_per_block", 3, "convolutions of the middle", 2, 3)]
    [InlineData(Convnext + "up_interpolate", false, "transposed", 0, 4)]
    [InlineData(Swint + "in_channels", 3, "channels in", 1, 3)]
    [InlineData(Swint + "arch.embed", 8, "channels of the first", 4, 8)]
    [InlineData(Swint + "arch.depths", "2 1 2 1", "blocks", 4, 6)]
    [InlineData(Swint + "arch.num_heads", "2 2 4 4", "attention heads", 1, 2)]
    [InlineData(Swint + "arch.channels", "4 4 4 4", "attention heads", 1, 4)]
    [InlineData(Swint + "patch_size", 7, "first kernel", 4, 7)]
    [InlineData(Swint + "stem_patch_stride", 1, "stride", 32, 16)]
    [InlineData(Swint + "window_size", 3, "positions in a window", 169, 25)]
    [InlineData(Swint + "kernel_size", 5, "kernel of the decoder", 3, 5)]
    [InlineData(Swint + "filters_rate", 1.5, "channels of the middle", 64, 48)]
    [InlineData(Swint + "convs_per_block", 3, "convolutions of the middle", 2, 3)]
    [InlineData(Swint + "up_interpolate", false, "transposed", 0, 4)]
    public void A_key_changes_the_network(string key, object value, string what, int before, int after)
    {
        using var plain = PoseModel.Create(Configure(key).ModelConfig, seed: 1);
        Assert.Equal(before, Measure(plain, what));
        var config = Configure(key);
        ConfigPath.Set(config, key, value is string numbers ? numbers.Split(' ').Select(int.Parse).ToList() : value);
        using var changed = PoseModel.Create(config.ModelConfig, seed: 1);
        Assert.Equal(after, Measure(changed, what));
    }

    // The heads decide; a backbone that ended elsewhere could not serve them.
    [Theory]
    [InlineData(Unet + "output_stride")]
    [InlineData(Convnext + "output_stride")]
    [InlineData(Swint + "output_stride")]
    public void The_backbone_ends_at_the_stride_of_its_finest_head(string key)
    {
        var config = Configure(key);
        ConfigPath.Set(config, key, 8);
        foreach (var stride in new[] { 1, 4 })
        {
            config.ModelConfig.HeadConfigs.Centroid!.Confmaps.OutputStride = stride;
            using var model = PoseModel.Create(config.ModelConfig, seed: 1);
            Assert.Equal(stride, model.Config.BackboneConfig.GetActive()!.OutputStride);
            // Two convolutions a doubling, one where there is nothing to join.
            Assert.Equal(2 * (int)Math.Log2(model.MaxStride / stride), Measure(model, "convolutions of the decoder"), 1.0);
        }
    }

    [Theory]
    [InlineData(Convnext + "max_stride")]
    [InlineData(Swint + "max_stride")]
    public void The_stem_and_the_stages_make_the_largest_stride(string key)
    {
        var config = Configure(key);
        ConfigPath.Set(config, key, 8);
        using var model = PoseModel.Create(config.ModelConfig, seed: 1);
        Assert.Equal(32, ConfigPath.Get(new SleapConfig { ModelConfig = model.Config }, key));

        // Frames are padded to it before they reach the model.
        using var data = new TinyDataset();
        var run = data.Config();
        run.ModelConfig.BackboneConfig = config.ModelConfig.BackboneConfig;
        using var prepared = new PreparedData(run);
        Assert.Equal([1, 1, 64, 64], prepared.First().Images.shape);
    }

    [Theory]
    [InlineData(Convnext + "model_type", "tiny", 96, 18)]
    [InlineData(Convnext + "model_type", "small", 96, 36)]
    [InlineData(Convnext + "model_type", "base", 128, 36)]
    [InlineData(Convnext + "model_type", "large", 192, 36)]
    [InlineData(Convnext + "model_type", "custom", 4, 4)]
    [InlineData(Swint + "model_type", "tiny", 96, 12)]
    [InlineData(Swint + "model_type", "small", 96, 24)]
    [InlineData(Swint + "model_type", "base", 128, 24)]
    [InlineData(Swint + "model_type", "custom", 4, 4)]
    public void The_type_of_a_model_is_its_width_and_its_depth(string key, string type, int width, int blocks)
    {
        var config = Configure(key);
        ConfigPath.Set(config, key, type);
        var (channels, depths) = config.ModelConfig.BackboneConfig switch
        {
            { Convnext: { } convnext } => (ConvNextBackbone.ArchOf(convnext).Channels[0], ConvNextBackbone.ArchOf(convnext).Depths),
            var other => (SwinTBackbone.ArchOf(other.Swint!).Embed, SwinTBackbone.ArchOf(other.Swint!).Depths),
        };
        Assert.Equal((width, blocks), (channels, depths.Sum()));
    }

    private static SleapConfig Configure(string key)
    {
        var config = new SleapConfig();
        config.ModelConfig.HeadConfigs.Centroid = new() { Confmaps = { OutputStride = 2 } };
        config.ModelConfig.BackboneConfig = key.Split('.')[2] switch
        {
            "unet" => new() { Unet = new() { Filters = 8, FiltersRate = 1.5, MaxStride = 8 } },
            "convnext" => new() { Convnext = new() { ModelType = "custom", Arch = new() { Depths = [1, 1, 1, 1], Channels = [4, 6, 8, 10] } } },
            _ => new() { Swint = new() { ModelType = "custom", Arch = new() { Embed = 4, Depths = [1, 1, 1, 1], NumHeads = [1, 1, 2, 2] } } },
        };
        return config;
    }

    private static double Measure(PoseModel model, string what)
    {
        var weights = model.GetStateDict();
        var convolutions = weights.Where(entry => entry.Value.dim() == 4).ToList();
        return what switch
        {
            "channels in" => convolutions[0].Value.shape[1],
            "channels of the first" => convolutions[0].Value.shape[0],
            "first kernel" => convolutions[0].Value.shape[2],
            "kernel of the decoder" => convolutions.First(c => c.Key.Contains("refine")).Value.shape[2],
            "channels of the middle" => convolutions.First(c => c.Key.Contains("middle")).Value.shape[0],
            "convolutions of the middle" => convolutions.Count(c => c.Key.Contains("middle")),
            "convolutions of the decoder" => convolutions.Count(c => c.Key.Contains("refine")),
            "convolutions" => convolutions.Count,
            "transposed" => convolutions.Count(c => c.Key.Contains("trans_conv")),
            "stride" => model.MaxStride,
            "decoders" => weights.Keys.Where(name => name.StartsWith("backbone.decoders.", StringComparison.Ordinal)).Select(name => name.Split('.')[2]).Distinct().Count(),
            "blocks" => weights.Keys.Count(name => name.EndsWith("layer_scale", StringComparison.Ordinal) || name.EndsWith("relative_position_bias_table", StringComparison.Ordinal)),
            "attention heads" => Table().shape[1],
            "positions in a window" => Table().shape[0],
            _ => throw new ArgumentException(what, nameof(what)),
        };

        TorchSharp.torch.Tensor Table() => weights.First(entry => entry.Key.EndsWith("relative_position_bias_table", StringComparison.Ordinal)).Value;
    }
}
