using System.Text.Json;
using PureHDF;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

/// <summary>Models of SLEAP 1.x: what TensorFlow computed with them is the measure.</summary>
public sealed class LegacyModelTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-legacy-").FullName;

    public static TheoryData<string> Models =>
    [
        "min_tracks_2node.UNet.bottomup_multiclass",
        "minimal_instance.UNet.bottomup",
        "minimal_instance.UNet.centered_instance",
        "minimal_instance.UNet.centroid",
        "minimal_robot.UNet.single_instance",
    ];

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_model_computes_what_TensorFlow_recorded(string name)
    {
        using var model = ModelFolder.Load(SharedData.PathTo("data", "legacy_models", name));

        Assert.True(model.IsLegacy);
        CompareWithTensorFlow(model.Model, name);
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_converted_model_computes_the_same_to_the_bit(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var source = SharedData.PathTo("data", "legacy_models", name);
        var converted = LegacyModelConverter.Convert(source, Path.Combine(folder, name));

        using var before = ModelFolder.Load(source);
        using var after = ModelFolder.Load(converted.Path);
        Assert.False(after.IsLegacy);
        Assert.Equal(before.Model.ModelType, converted.ModelType);
        Assert.Equal(before.Model.Upsampling == TransposedForm.Keras && !converted.SameInSleapNn, after.Model.Upsampling == TransposedForm.Keras);
        var input = torch.rand(1, before.Model.InChannels, 64, 64);
        var (expected, actual) = (before.Model.forward(input), after.Model.forward(input));
        Assert.All(expected, output => Assert.True(output.Value.equal(actual[output.Key]).all().item<bool>(), output.Key));
        Assert.Equal(before.Config.DataConfig.Skeletons![0].Nodes, after.Config.DataConfig.Skeletons![0].Nodes);
    }

    [SharedTheory]
    [InlineData("min_tracks_2node.UNet.bottomup_multiclass")]
    [InlineData("minimal_robot.UNet.single_instance")]
    public void A_model_that_interpolates_computes_what_sleap_nn_does_with_it(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var model = ModelFolder.Load(SharedData.PathTo("data", "legacy_models", name));
        var record = new NpzFile(SharedData.PathTo("reference", "legacy", name + ".npz"));
        var input = torch.tensor(record["frame_input"].ToSingles(), record["frame_input"].Shape);
        foreach (var (head, output) in model.Model.forward(input))
        {
            var expected = torch.tensor(record["frame_" + head].ToSingles(), record["frame_" + head].Shape);
            var largest = (output - expected).abs().max().item<float>();
            Assert.True(largest <= 1e-4, $"{head} differs by {largest:e2}.");
        }
    }

    [Theory]
    [InlineData("single_instance", true)]
    [InlineData("bottomup", false)]
    [InlineData("multi_class_topdown", true)]
    [InlineData("multi_class_topdown", false)]
    public void Every_layer_of_a_file_finds_its_place(string head, bool poolOrInterpolate)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var original = WriteModel(folder, head, poolOrInterpolate);

        using var loaded = ModelFolder.Load(folder);

        var expected = original.GetStateDict();
        Assert.Equal(expected.Keys, loaded.Model.GetStateDict().Keys);
        Assert.All(loaded.Model.GetStateDict(), entry => Assert.True(entry.Value.equal(expected[entry.Key]).all().item<bool>(), entry.Key));
    }

    [Theory]
    [InlineData("best_model.h5")]
    [InlineData("training_config.json")]
    public void A_file_of_the_folder_names_the_model_too(string file)
    {
        using var original = WriteModel(folder, "single_instance", true);

        using var loaded = ModelFolder.Load(Path.Combine(folder, file));

        Assert.Equal(folder, loaded.Folder);
    }

    [Fact]
    public void Weights_of_a_legacy_file_start_a_backbone_or_a_head()
    {
        using var scope = torch.NewDisposeScope();
        using var original = WriteModel(folder, "single_instance", true);
        var config = (ModelConfig)original.Config.CopyNode();
        config.PretrainedBackboneWeights = Path.Combine(folder, LegacyModelFolder.WeightsName);
        using var model = PoseModel.Create(config, seed: 8);

        PretrainedWeights.Load(model);

        var expected = original.GetStateDict();
        foreach (var (name, weight) in model.GetStateDict().Where(entry => entry.Key.EndsWith(".weight", StringComparison.Ordinal)))
        {
            Assert.Equal(name.StartsWith("backbone.", StringComparison.Ordinal), weight.equal(expected[name]).all().item<bool>());
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_are_named()
    {
        using (WriteModel(folder, "single_instance", true))
        {
            Configure(folder, "single_instance", true, filters: 6);
        }

        var error = Assert.Throws<ModelException>(() => ModelFolder.Load(folder));

        Assert.Equal("ModelWeightsMismatch", error.ErrorId);
        Assert.Contains("stack0_enc0_conv0.weight (model: 6 x 1 x 3 x 3, file: 4 x 1 x 3 x 3)", error.Message);
    }

    [Fact]
    public void A_layer_that_the_model_lacks_is_named()
    {
        using (WriteModel(folder, "single_instance", true, extra: "stack0_enc7_conv0"))
        {
        }

        Assert.Contains("backbone.stack0_enc7_conv0.weight", Assert.Throws<ModelException>(() => ModelFolder.Load(folder)).Message);
    }

    [Fact]
    public void A_folder_without_its_config_says_so()
    {
        using (WriteModel(folder, "single_instance", true))
        {
            File.Delete(Path.Combine(folder, LegacyModelFolder.ConfigName));
        }

        Assert.Equal("ModelConfigNotFound", Assert.Throws<ModelException>(() => ModelFolder.Load(folder)).ErrorId);
        Assert.Equal("ModelNotLegacy", Assert.Throws<ModelException>(() => LegacyModelConverter.Convert(folder, Path.Combine(folder, "new"))).ErrorId);
    }

    [Fact]
    public void A_converted_model_is_replaced_only_by_force()
    {
        using var original = WriteModel(folder, "single_instance", true);
        var target = Path.Combine(folder, "new");
        LegacyModelConverter.Convert(folder, target);

        Assert.Equal("ModelExists", Assert.Throws<ModelException>(() => LegacyModelConverter.Convert(folder, target)).ErrorId);
        Assert.Equal(target, LegacyModelConverter.Convert(folder, target, force: true).Path);
    }

    [Fact]
    public void A_damaged_file_is_one_kind_of_error()
    {
        using (WriteModel(folder, "single_instance", true))
        {
        }

        var path = Path.Combine(folder, "damaged.h5");
        var bytes = File.ReadAllBytes(Path.Combine(folder, LegacyModelFolder.WeightsName));
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var damaged = (i % 4) switch
            {
                0 => bytes[..random.Next(bytes.Length)],
                1 => Changed(bytes, random.Next(Math.Min(4096, bytes.Length)), random),
                _ => Changed(bytes, random.Next(bytes.Length), random),
            };
            File.WriteAllBytes(path, damaged);
            try
            {
                KerasWeightsFile.Read(path);
            }
            catch (ModelException e)
            {
                Assert.Equal("LegacyWeightsUnreadable", e.ErrorId);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 400);
        Assert.Equal("LegacyWeightsNotFound", Assert.Throws<ModelException>(() => KerasWeightsFile.Read(Path.Combine(folder, "none.h5"))).ErrorId);
    }

    private static byte[] Changed(byte[] bytes, int at, Random random)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] = (byte)random.Next(256);
        return copy;
    }

    /// <summary>TensorFlow's record is of an input of zeros, as (batch, height, width, channels).</summary>
    private static void CompareWithTensorFlow(PoseModel model, string name)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var record = H5File.OpenRead(SharedData.PathTo("data", "legacy_models", name, "dummy_activations.h5"));
        using var metadata = JsonDocument.Parse(record.Dataset("metadata").Read<string>());
        var shape = metadata.RootElement.GetProperty("input_shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        var outputs = model.forward(torch.zeros(shape[0], shape[3], shape[1], shape[2]));
        Assert.NotEmpty(outputs);
        foreach (var (head, output) in outputs)
        {
            var dataset = record.Dataset(head + "_0");
            var expected = torch.tensor(dataset.Read<float[]>(), [.. dataset.Space.Dimensions.Select(n => (long)n)]).permute(0, 3, 1, 2);
            Assert.Equal(expected.shape, output.shape);
            var largest = (output - expected).abs().max().item<float>();
            Assert.True(largest <= 1e-4, $"{head} differs by {largest:e2}.");
        }
    }

    /// <summary>Writes a small model with random weights as SLEAP 1.x would, and returns it.</summary>
    private static PoseModel WriteModel(string folder, string head, bool poolOrInterpolate, string? extra = null)
    {
        Configure(folder, head, poolOrInterpolate);
        var config = LegacyConfig.Load(Path.Combine(folder, LegacyModelFolder.ConfigName)).ModelConfig;
        var model = PoseModel.Create(config, seed: 5, inputSize: (16, 16));
        var layers = new H5Group();
        var weights = model.GetStateDict();
        foreach (var name in weights.Keys.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            var prefix = name[..^".weight".Length];
            var layer = prefix.Split('.').Last(part => !part.All(char.IsAsciiDigit));
            AddLayer(layers, layer.EndsWith("Head", StringComparison.Ordinal) ? layer + "_0" : layer, ToKeras(weights[name], layer, model), weights[prefix + ".bias"].data<float>().ToArray());
        }

        AddLayer(layers, "OffsetRefinementHead_0", torch.ones(1, 1, 4, 2), [0, 0]);
        if (extra is not null)
        {
            AddLayer(layers, extra, torch.ones(3, 3, 4, 2), [0, 0]);
        }

        layers["input_1"] = new H5Group();
        new H5File { ["model_weights"] = layers }.Write(Path.Combine(folder, LegacyModelFolder.WeightsName));
        return model;
    }

    private static torch.Tensor ToKeras(torch.Tensor weight, string layer, PoseModel model)
    {
        if (weight.dim() == 4)
        {
            return weight.permute(2, 3, 1, 0);
        }

        var flattened = layer == "pre_classification0_fc" && model.Config.HeadConfigs.MultiClassTopdown is { ClassVectors.GlobalPool: false };
        var side = (long)Math.Sqrt(weight.shape[1] / (double)model.MiddleChannels);
        return flattened
            ? weight.reshape(-1, model.MiddleChannels, side, side).permute(2, 3, 1, 0).reshape(weight.shape[1], -1)
            : weight.t();
    }

    private static void AddLayer(H5Group layers, string name, torch.Tensor kernel, float[] bias) => layers[name] = new H5Group
    {
        [name] = new H5Group
        {
            ["kernel:0"] = new H5Dataset(kernel.detach().contiguous().data<float>().ToArray(), fileDims: [.. kernel.shape.Select(n => (ulong)n)]),
            ["bias:0"] = bias,
        },
    };

    private static void Configure(string folder, string head, bool poolOrInterpolate, int filters = 4)
    {
        var confmaps = """{"part_names": ["a", "b"], "anchor_part": null, "sigma": 2.0, "output_stride": 2, "offset_refinement": true}""";
        var heads = head switch
        {
            "bottomup" => $$"""{"multi_instance": {"confmaps": {{confmaps}}, "pafs": {"edges": [["a", "b"]], "sigma": 15.0, "output_stride": 4} } }""",
            "multi_class_topdown" => $$"""{"multi_class_topdown": {"confmaps": {{confmaps}}, "class_vectors": {"classes": ["x", "y"], "num_fc_layers": 1, "num_fc_units": 6, "global_pool": {{(poolOrInterpolate ? "true" : "false")}}, "output_stride": 8} } }""",
            _ => $$"""{"single_instance": {{confmaps}} }""",
        };
        File.WriteAllText(Path.Combine(folder, LegacyModelFolder.ConfigName), $$"""
            {
              "data": {},
              "model": {
                "backbone": {"unet": {"filters": {{filters}}, "filters_rate": 1.5, "max_stride": 8, "middle_block": true, "up_interpolate": {{(poolOrInterpolate ? "true" : "false")}}, "stacks": 1, "output_stride": 2} },
                "heads": {{heads}}
              },
              "optimization": {}
            }
            """);
    }
}
