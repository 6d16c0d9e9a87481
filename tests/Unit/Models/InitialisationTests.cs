using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace SleapNn.Tests.Models;

/// <summary>The weights that training starts from have the distribution that PyTorch draws them from.</summary>
public class InitialisationTests : TorchTest
{
    // Loading a model draws weights too, before those of the file replace them: it must not take numbers from a seed of another thread.
    [Fact]
    public async Task Models_made_on_other_threads_leave_the_numbers_of_a_seed_alone()
    {
        var config = new ModelConfig { BackboneConfig = new() { Unet = new() { Filters = 8, MaxStride = 8 } } };
        config.HeadConfigs.SingleInstance = new();
        var skeleton = new Skeleton { Nodes = { "a", "b" } };
        var loaded = (ModelConfig)config.CopyNode();
        ModelResolver.FillIn(loaded.HeadConfigs, skeleton, null);
        using var alone = PoseModel.Create(config, skeleton, seed: 3);
        using var done = new CancellationTokenSource();
        var others = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                PoseModel.Create(config, skeleton).Dispose();
                PoseModel.Build((ModelConfig)loaded.CopyNode()).Dispose();
            }
        });

        for (var i = 0; i < 20; i++)
        {
            using var again = PoseModel.Create(config, skeleton, seed: 3);
            Assert.All(alone.parameters().Zip(again.parameters()), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        }

        await done.CancelAsync();
        await others;
    }

    [Theory]
    [InlineData("unet", "default")]
    [InlineData("unet", "xavier")]
    [InlineData("convnext", "default")]
    [InlineData("convnext", "xavier")]
    [InlineData("swint", "default")]
    [InlineData("swint", "xavier")]
    public void Layers_are_drawn_within_the_bound_of_their_size(string backbone, string method)
    {
        var config = new ModelConfig { InitWeights = method };
        config.HeadConfigs.MultiClassTopdown = new();
        config.BackboneConfig = backbone switch
        {
            "unet" => new() { Unet = new() { Filters = 16, MaxStride = 8, UpInterpolate = false } },
            "convnext" => new() { Convnext = new() { ModelType = "custom", Arch = new() { Depths = [1, 1, 1, 1], Channels = [16, 24, 32, 48] } } },
            _ => new() { Swint = new() { ModelType = "custom", Arch = new() { Embed = 16, Depths = [1, 1, 1, 1], NumHeads = [1, 2, 4, 4] } } },
        };
        using var model = PoseModel.Create(config, new Skeleton { Nodes = { "a", "b", "c" } }, ["x", "y"], seed: 11);
        var checkedLayers = 0;
        foreach (var (name, module) in model.named_modules())
        {
            var (weight, bias) = module switch
            {
                Conv2d conv => (conv.weight, conv.bias),
                Linear linear => (linear.weight, linear.bias),
                _ => (null, null),
            };
            if (weight is null)
            {
                continue;
            }

            checkedLayers++;
            var receptive = weight.shape.Skip(2).Aggregate(1L, (a, b) => a * b);
            double fanIn = weight.shape[1] * receptive;
            double fanOut = weight.shape[0] * receptive;

            // torch's default: uniform to 1 / sqrt(fan in). Xavier's, which also the linear pair of a Swin block starts with:
            // uniform to sqrt(6 / (fan in + fan out)).
            var isXavier = method == "xavier" || name.Contains(".mlp.");
            AssertUniform(weight, isXavier ? Math.Sqrt(6 / (fanIn + fanOut)) : 1 / Math.Sqrt(fanIn), name);
            if (bias is null)
            {
                continue;
            }

            var largest = bias.abs().max().item<float>();
            if (method == "xavier")
            {
                Assert.Equal(0, largest);
            }
            else if (name.Contains(".mlp."))
            {
                Assert.InRange(largest, 1e-8, 1e-5);
            }
            else
            {
                Assert.InRange(largest, 1e-6, 1 / Math.Sqrt(fanIn));
            }
        }

        Assert.True(checkedLayers > 10);
    }

    [Fact]
    public void Position_biases_are_normal_and_scales_small()
    {
        var config = new ModelConfig { BackboneConfig = new() { Swint = new() { ModelType = "custom", Arch = new() { Embed = 16, Depths = [1, 1, 1, 1], NumHeads = [4, 4, 4, 4] } } } };
        config.HeadConfigs.Centroid = new();
        using var swint = PoseModel.Create(config, seed: 3);
        var tables = torch.cat([.. swint.GetStateDict().Where(entry => entry.Key.EndsWith("relative_position_bias_table")).Select(entry => entry.Value.flatten())]);
        Assert.InRange(tables.std().item<float>(), 0.019, 0.021);
        Assert.InRange(tables.mean().item<float>(), -0.002, 0.002);
        Assert.InRange(tables.abs().gt(0.02f).to(torch.float32).mean().item<float>(), 0.28, 0.36);

        config.BackboneConfig = new() { Convnext = new() { ModelType = "custom", Arch = new() { Depths = [1, 1, 1, 1], Channels = [4, 4, 4, 4] } } };
        using var convnext = PoseModel.Create(config, seed: 3);
        Assert.All(
            convnext.GetStateDict().Where(entry => entry.Key.EndsWith("layer_scale")),
            entry => Assert.True(entry.Value.eq(1e-6f).all().item<bool>()));
    }

    private static void AssertUniform(torch.Tensor weight, double bound, string name)
    {
        var largest = weight.abs().max().item<float>();
        Assert.True(largest <= bound * 1.0001, $"{name}: {largest} is beyond {bound}.");
        if (weight.numel() >= 500)
        {
            Assert.True(largest >= 0.97 * bound, $"{name}: {largest} stays far below {bound}.");
            var relative = weight.std().item<float>() / (bound / Math.Sqrt(3));
            Assert.True(relative is > 0.92 and < 1.08, $"{name}: the standard deviation is {relative} of a uniform distribution's.");
        }
    }
}
