using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

public sealed class PretrainedWeightsTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-pretrained-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Only_the_named_part_is_loaded(bool backbone, bool head)
    {
        var path = Save(Configure(partCount: 2), seed: 1);
        var config = Configure(partCount: 2);
        config.PretrainedBackboneWeights = backbone ? path : null;
        config.PretrainedHeadWeights = head ? path : null;
        using var model = PoseModel.Create(config, seed: 2);
        PretrainedWeights.Load(model);

        using var source = CheckpointFile.Read(path);
        foreach (var (name, weight) in model.GetStateDict())
        {
            var same = weight.eq(source.StateDict["model." + name]).all().item<bool>();
            Assert.Equal(name.StartsWith("backbone.") ? backbone : head, same);
        }
    }

    [Fact]
    public void A_head_of_another_skeleton_is_refused_by_name()
    {
        var config = Configure(partCount: 3);
        config.PretrainedHeadWeights = Save(Configure(partCount: 2), seed: 1);
        using var model = PoseModel.Create(config, seed: 2);

        var error = Assert.Throws<ModelException>(() => PretrainedWeights.Load(model));
        Assert.Equal("ModelWeightsMismatch", error.ErrorId);
        Assert.Contains("head_layers.0.SingleInstanceConfmapsHead.0.weight (model: 3 x 4 x 1 x 1, file: 2 x 4 x 1 x 1)", error.Message);
    }

    private string Save(ModelConfig config, int seed)
    {
        using var model = PoseModel.Create(config, seed: seed);
        using var checkpoint = new Checkpoint();
        foreach (var (name, tensor) in model.GetStateDict())
        {
            checkpoint.StateDict["model." + name] = tensor.detach().clone();
        }

        var path = Path.Combine(folder, "best.ckpt");
        CheckpointFile.Write(path, checkpoint);
        return path;
    }

    private static ModelConfig Configure(int partCount)
    {
        var config = new ModelConfig { BackboneConfig = new BackboneConfig { Unet = new UNetConfig { Filters = 4, MaxStride = 4 } } };
        config.HeadConfigs.SingleInstance = new SingleInstanceConfig();
        config.HeadConfigs.SingleInstance.Confmaps.PartNames = [.. Enumerable.Range(0, partCount).Select(i => $"part{i}")];
        return config;
    }
}
