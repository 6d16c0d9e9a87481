using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Models;

public sealed class ModelInspectorTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-inspect-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("single_instance", "unet")]
    [InlineData("bottomup", "unet")]
    [InlineData("centroid", "convnext")]
    [InlineData("multi_class_topdown", "swint")]
    public void Shapes_and_parts_are_those_of_the_network(string head, string backbone)
    {
        var path = SmallModels.Write(Path.Combine(folder, "m"), head, backbone: backbone, change: Shrink);
        using var loaded = ModelFolder.Load(path);

        var model = ModelInspector.Inspect(path, batchSize: 2, inputSize: (320, 352));

        var outputs = SmallModels.Run(loaded, torch.zeros(2, 1, 320, 352));
        Assert.Equal(outputs.Select(o => (o.Key, string.Join(',', o.Value.shape))), model.Heads.Select(h => (h.Name, string.Join(',', h.OutputShape!))));
        Assert.Equal(loaded.Model.parameters().Sum(p => p.numel()), model.ParameterCount);
        Assert.Equal(["encoder", "middle", "decoder"], model.Parts.Select(part => part.Name).Where(name => name is "encoder" or "middle" or "decoder"));
        Assert.Equal(backbone != "unet", model.Parts.Any(part => part.Name == "stem"));
        Assert.Equal(model.Heads.Select(h => h.Name), model.Parts.TakeLast(model.Heads.Count).Select(part => part.Name));
        Assert.Equal([2, 1, 320, 352], model.InputShape!);
        Assert.Equal((head, backbone, 3L), (model.ModelType, model.Backbone, model.CheckpointEpoch));
        Assert.Equal(["a", "b"], model.Skeleton!.Nodes);
        Assert.Empty(model.Problems);
        Assert.True(model.TrainingBytes > model.InferenceBytes);
    }

    [Fact]
    public void Memory_grows_with_batch_and_area_but_not_the_weights()
    {
        var path = SmallModels.Write(folder, "single_instance");

        var (one, four, large) = (ModelInspector.Inspect(path, 1, (256, 256)), ModelInspector.Inspect(path, 4, (256, 256)), ModelInspector.Inspect(path, 1, (512, 512)));

        var weights = 4 * one.ParameterCount;
        Assert.Equal(4 * (one.InferenceBytes - weights), four.InferenceBytes - weights);
        Assert.Equal(4 * (one.TrainingBytes - (4 * weights)), four.TrainingBytes - (4 * weights));
        Assert.Equal(four.InferenceBytes, large.InferenceBytes);

        // The first block alone keeps two maps of 4 channels while the decoder works.
        Assert.True(one.InferenceBytes > 256 * 256 * 4 * 4);
    }

    [Fact]
    public void Without_a_size_in_the_config_shapes_are_left_open()
    {
        var model = ModelInspector.Inspect(SmallModels.Write(folder, "single_instance"));

        Assert.Null(model.InputShape);
        Assert.Null(model.InferenceBytes);
        Assert.Null(model.Heads[0].OutputShape);
        Assert.Equal(["a", "b"], model.Heads[0].Items);
    }

    [Fact]
    public void A_folder_that_was_copied_moved_and_renamed_is_the_same_model()
    {
        var path = SmallModels.Write(Path.Combine(folder, "first"), "bottomup", change: config => (config.DataConfig.Preprocessing.MaxHeight, config.DataConfig.Preprocessing.MaxWidth) = (60, 70));
        File.WriteAllText(Path.Combine(path, "training_log.csv"), "epoch,train_loss,val_loss,learning_rate,train_time,val_time\n0,0.5,0.4,0.1,2,1\n1,0.3,0.2,0.1,2,1\n2,0.2,0.3,0.1,2,1\n");
        var before = ModelInspector.Inspect(path);
        var copy = Path.Combine(folder, "a [new] näme");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(path))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        Directory.Delete(path, recursive: true);
        var moved = Path.Combine(folder, "elsewhere");
        Directory.Move(copy, moved);

        foreach (var after in new[] { moved, Path.Combine(moved, "best.ckpt"), Path.Combine(moved, "training_config.yaml") }.Select(at => ModelInspector.Inspect(at)))
        {
            Assert.Equal(moved, after.Path);
            Assert.Equal((before.ParameterCount, before.ReceptiveFieldPx, before.InferenceBytes), (after.ParameterCount, after.ReceptiveFieldPx, after.InferenceBytes));
            Assert.Equal([4, 1, 64, 72], after.InputShape!);
            Assert.Equal((3, 1, 0.2, TimeSpan.FromSeconds(9)), (after.Training!.Epochs, after.Training.BestEpoch, after.Training.BestLoss, after.Training.Duration!.Value));
            Assert.Empty(after.Problems);
        }
    }

    [Theory]
    [InlineData("missing", "ModelWeightsNotFound")]
    [InlineData("cut", "CheckpointDamaged")]
    [InlineData("flipped", "CheckpointDamaged")]
    [InlineData("other", "ModelWeightsMismatch")]
    public void A_damaged_folder_names_what_is_wrong(string damage, string errorId)
    {
        var path = SmallModels.Write(folder, "single_instance");
        var weights = Path.Combine(path, "best.ckpt");
        var bytes = File.ReadAllBytes(weights);
        switch (damage)
        {
            case "missing":
                File.Delete(weights);
                break;
            case "cut":
                File.WriteAllBytes(weights, bytes[..(bytes.Length / 2)]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 0xff;
                File.WriteAllBytes(weights, bytes);
                break;
            default:
                SmallModels.Write(Path.Combine(folder, "other"), "centroid");
                File.Copy(Path.Combine(folder, "other", "best.ckpt"), weights, overwrite: true);
                break;
        }

        var problems = new List<SleapException>();
        var model = ModelInspector.Inspect(path, problems: problems);

        Assert.Equal(errorId, Assert.Single(problems).ErrorId);
        Assert.Equal(problems[0].Message, Assert.Single(model.Problems));
        Assert.Null(model.Checkpoint);
        Assert.Equal("single_instance", model.ModelType);
        Assert.True(model.ParameterCount > 0);
    }

    [Fact]
    public void A_folder_without_a_config_is_no_model()
    {
        var path = SmallModels.Write(folder, "single_instance");
        File.Delete(Path.Combine(path, "training_config.yaml"));

        Assert.Equal("ModelConfigNotFound", Assert.Throws<ModelException>(() => ModelInspector.Inspect(path)).ErrorId);
        Assert.Equal("ModelNotFound", Assert.Throws<ModelException>(() => ModelInspector.Inspect(Path.Combine(path, "none"))).ErrorId);
    }

    [SharedFact]
    public void The_metrics_of_a_run_are_found()
    {
        var model = ModelInspector.Inspect(SharedData.PathTo("data", "models", "single_instance_with_metrics"));

        Assert.Equal(["test_pred_metrics.npz", "train_0_pred_metrics.npz", "val_0_pred_metrics.npz"], model.Metrics.Select(m => Path.GetFileName(m.Path)));
        Assert.Equal(5, model.Training!.Epochs);
    }

    [SharedFact]
    public void Every_model_of_the_reference_data_is_described()
    {
        string[] folders = [.. new[] { "data/models", "data/legacy_models", "reference/backbones" }.SelectMany(f => Directory.GetDirectories(SharedData.PathTo(f)))];
        Assert.True(folders.Length >= 22);
        Assert.All(folders, path =>
        {
            var model = ModelInspector.Inspect(path, 1, (96, 96));
            Assert.True(model.ParameterCount > 0 && model.ReceptiveFieldPx > 1 && model.TrainingBytes > 0);
            Assert.Equal(Path.GetFileName(path) == "single_instance_with_metrics" ? 1 : 0, model.Problems.Count);
        });
    }

    /// <summary>With positive weights and random images, the union of where gradients arrive is what a position can see.</summary>
    [Theory]
    [InlineData(1, 2, 3, true, 1)]
    [InlineData(2, 1, 3, true, 1)]
    [InlineData(1, 2, 5, false, 1)]
    [InlineData(1, 1, 3, true, 2)]
    public void The_receptive_field_is_where_gradients_come_from(int stemStride, int convolutions, int kernel, bool middle, int stacks)
    {
        var config = new UNetConfig { Filters = 1, FiltersRate = 1, MaxStride = 4, OutputStride = 2, StemStride = stemStride, ConvsPerBlock = convolutions, KernelSize = kernel, MiddleBlock = middle, Stacks = stacks, UpInterpolate = true };
        var backbone = new UNetBackbone(config, TransposedForm.Torch);
        using (no_grad())
        {
            foreach (var parameter in backbone.parameters())
            {
                parameter.fill_(parameter.dim() == 1 ? 0 : 0.1);
            }
        }

        manual_seed(4);
        var expected = ReceptiveField.Of(config);
        var size = 8 * (int)Math.Ceiling((expected + 16) / 4.0);
        var seen = zeros(size, dtype: ScalarType.Bool);
        for (var i = 0; i < 40; i++)
        {
            using var scope = NewDisposeScope();
            var input = rand([1, 1, size, size], requires_grad: true);
            var features = backbone.forward(input).Middle;
            features.select(2, features.shape[2] / 2).select(2, features.shape[3] / 2).sum().backward();
            seen.logical_or_(input.grad!.abs().sum([0, 1, 3]).gt(0));
        }

        // Where two paths of different length join, chance rarely takes the longest one at both ends.
        Assert.InRange(seen.sum().item<long>(), stacks == 1 ? expected : expected * 3 / 4, expected);
    }

    private static void Shrink(SleapConfig config)
    {
        var backbone = config.ModelConfig.BackboneConfig;
        if (backbone.Convnext is { } convnext)
        {
            (convnext.ModelType, convnext.Arch) = ("custom", new ConvNextArchConfig { Depths = [1, 1], Channels = [8, 16] });
        }

        if (backbone.Swint is { } swint)
        {
            (swint.ModelType, swint.Arch) = ("custom", new SwinTArchConfig { Embed = 8, Depths = [1, 2], NumHeads = [2, 2] });
        }
    }
}
