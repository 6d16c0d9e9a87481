using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

/// <summary>Every option of every backbone with every head: the model is built, runs both ways, and all numbers are finite.</summary>
public class ModelOptionsTests : TorchTest
{
    private static readonly string[] HeadNames =
        ["single_instance", "centroid", "centered_instance", "bottomup", "multi_class_bottomup", "multi_class_topdown"];

    private static readonly Skeleton Body = CreateSkeleton();

    public static TheoryData<string> UNetOptions => Covering(
        [.. HeadNames], ["stem none", "stem 2", "stem 4"], ["middle", "no middle"], ["interpolate", "transpose"], ["stacks 1", "stacks 2"],
        ["convs 1", "convs 2", "convs 3"], ["kernel 3", "kernel 4", "kernel 5"], ["rate 1", "rate 1.5"], ["max 8", "max 16"], ["channels 1", "channels 3"], ["stride 1", "stride 2", "stride 8"]);

    public static TheoryData<string> ConvNextOptions => Covering(
        [.. HeadNames], ["stem 1", "stem 2", "stem 4"], ["patch 4", "patch 7", "patch 2"], ["interpolate", "transpose"],
        ["convs 1", "convs 2", "convs 3"], ["stages 3", "stages 4"], ["kernel 3", "kernel 5"], ["rate 1.5", "rate 2"], ["channels 1", "channels 3"], ["stride 1", "stride 2", "stride 8"]);

    public static TheoryData<string> SwinTOptions => Covering(
        [.. HeadNames], ["stem 1", "stem 2", "stem 4"], ["patch 4", "patch 7", "patch 2"], ["interpolate", "transpose"],
        ["convs 1", "convs 2", "convs 3"], ["stages 3", "stages 4"], ["window 3", "window 7", "window 8"], ["kernel 3", "kernel 5"],
        ["rate 1.5", "rate 2"], ["channels 1", "channels 3"], ["stride 1", "stride 2", "stride 8"]);

    public static TheoryData<string> ClassVectorsOptions => Covering(
        ["unet", "convnext", "swint"], ["layers 0", "layers 1", "layers 3"], ["units 8", "units 64"], ["pool", "no pool"], ["stride 1", "stride 4"]);

    [Theory]
    [MemberData(nameof(UNetOptions))]
    public void A_unet_works_with(string options) => Check(options, has => new BackboneConfig
    {
        Unet = new UNetConfig
        {
            InChannels = has("channels 3") ? 3 : 1,
            Filters = 4,
            FiltersRate = has("rate 1") ? 1 : 1.5,
            KernelSize = has("kernel 4") ? 4 : has("kernel 5") ? 5 : 3,
            MaxStride = has("max 16") ? 16 : 8,
            StemStride = has("stem 2") ? 2 : has("stem 4") ? 4 : null,
            MiddleBlock = !has("no middle"),
            UpInterpolate = has("interpolate"),
            Stacks = has("stacks 2") ? 2 : 1,
            ConvsPerBlock = has("convs 1") ? 1 : has("convs 2") ? 2 : 3,
        },
    });

    [Theory]
    [MemberData(nameof(ConvNextOptions))]
    public void A_convnext_works_with(string options) => Check(options, has => new BackboneConfig
    {
        Convnext = new ConvNextConfig
        {
            ModelType = "custom",
            Arch = has("stages 3")
                ? new ConvNextArchConfig { Depths = [1, 1, 1], Channels = [4, 6, 8] }
                : new ConvNextArchConfig { Depths = [1, 2, 1, 1], Channels = [4, 6, 8, 10] },
            InChannels = has("channels 3") ? 3 : 1,
            StemPatchStride = has("stem 4") ? 4 : has("stem 1") ? 1 : 2,
            StemPatchKernel = has("patch 4") ? 4 : has("patch 7") ? 7 : 2,
            KernelSize = has("kernel 5") ? 5 : 3,
            FiltersRate = has("rate 2") ? 2 : 1.5,
            UpInterpolate = has("interpolate"),
            ConvsPerBlock = has("convs 1") ? 1 : has("convs 2") ? 2 : 3,
        },
    });

    [Theory]
    [MemberData(nameof(SwinTOptions))]
    public void A_swint_works_with(string options) => Check(options, has => new BackboneConfig
    {
        Swint = new SwinTConfig
        {
            ModelType = "custom",
            Arch = has("stages 3")
                ? new SwinTArchConfig { Embed = 4, Depths = [1, 2, 1], NumHeads = [1, 2, 2] }
                : new SwinTArchConfig { Embed = 4, Depths = [2, 1, 1, 1], NumHeads = [1, 1, 2, 2] },
            InChannels = has("channels 3") ? 3 : 1,
            StemPatchStride = has("stem 4") ? 4 : has("stem 1") ? 1 : 2,
            PatchSize = has("patch 4") ? 4 : has("patch 7") ? 7 : 2,
            WindowSize = has("window 3") ? 3 : has("window 7") ? 7 : 8,
            KernelSize = has("kernel 5") ? 5 : 3,
            FiltersRate = has("rate 2") ? 2 : 1.5,
            UpInterpolate = has("interpolate"),
            ConvsPerBlock = has("convs 1") ? 1 : has("convs 2") ? 2 : 3,
        },
    });

    [Theory]
    [MemberData(nameof(ClassVectorsOptions))]
    public void Class_vectors_work_with(string options)
    {
        var chosen = options.Split(", ");
        var config = Configure("multi_class_topdown", Small(chosen[0]), chosen.Contains("stride 1") ? 1 : 4);
        var vectors = config.HeadConfigs.MultiClassTopdown!.ClassVectors;
        vectors.NumFcLayers = chosen[1][^1] - '0';
        vectors.NumFcUnits = chosen.Contains("units 8") ? 8 : 64;
        vectors.GlobalPool = chosen.Contains("pool");
        using var model = PoseModel.Create(config, Body, ["a", "b", "c"], seed: 7, inputSize: (64, 32));
        var outputs = model.forward(torch.rand(2, 1, 64, 32));
        var output = outputs["ClassVectorsHead"];

        Assert.Equal([2, 3], output.shape);
        Assert.True(output.sum(1).sub(1).abs().max().item<float>() < 1e-5);
        Assert.Equal(vectors.NumFcLayers, model.GetStateDict().Keys.Count(name => name.Contains("pre_classification") && name.EndsWith("weight")));
        Assert.All(
            model.GetStateDict().Where(entry => entry.Key.EndsWith("_fc.weight")),
            entry => Assert.Equal(vectors.NumFcUnits, entry.Value.shape[0]));
        RequireFiniteGradients(model, output.square().mean() + outputs["CenteredInstanceConfmapsHead"].square().mean());
    }

    [Theory]
    [InlineData("single_instance", "part_names")]
    [InlineData("centered_instance", "part_names")]
    [InlineData("bottomup", "edges")]
    [InlineData("multi_class_bottomup", "classes")]
    [InlineData("multi_class_topdown", "classes")]
    public void What_a_head_leaves_open_comes_from_the_labels(string head, string key)
    {
        var config = Configure(head, Small("unet"), 2);
        using var model = PoseModel.Create(config, Body, ["mouse", "rat"], seed: 1);
        var (parts, others) = model.Config.HeadConfigs.GetActive() switch
        {
            SingleInstanceConfig single => (single.Confmaps.PartNames, null),
            CenteredInstanceConfig centered => (centered.Confmaps.PartNames, null),
            BottomupConfig bottomup => (bottomup.Confmaps.PartNames, bottomup.Pafs.Edges!.Select(edge => string.Join(" to ", edge)).ToList()),
            MultiClassBottomupConfig bottomup => (bottomup.Confmaps.PartNames, bottomup.ClassMaps.Classes),
            MultiClassTopdownConfig topdown => (topdown.Confmaps.PartNames, topdown.ClassVectors.Classes),
            _ => (null, null),
        };
        Assert.Equal(Body.Nodes, parts);
        Assert.Equal(key switch { "edges" => ["head to thorax", "thorax to tail"], "classes" => ["mouse", "rat"], _ => null }, others);
        Assert.Equal(key == "edges" ? [3, 4] : key == "classes" ? [3, 2] : [3], model.Heads.Select(output => output.Channels));

        // Neither given nor to be had.
        var error = Assert.Throws<ModelException>(() => PoseModel.Create(config, key == "classes" ? Body : null));
        Assert.Equal("ModelConfigInvalid", error.ErrorId);
        Assert.Contains(key == "edges" ? "part_names" : key, error.Message);
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("convnext")]
    [InlineData("swint")]
    public void A_rate_that_leaves_no_channels_is_refused(string backbone)
    {
        var config = Configure("centroid", Small(backbone), 2);
        config.BackboneConfig.GetActive()!.FiltersRate = 0.1;
        var error = Assert.Throws<ModelException>(() => PoseModel.Create(config));
        Assert.Equal("ModelConfigInvalid", error.ErrorId);
        Assert.Contains("filters_rate 0.1", error.Message);
    }

    [Fact]
    public void Class_vectors_without_pooling_take_the_crop_size()
    {
        var config = new ModelConfig { BackboneConfig = new BackboneConfig { Unet = new UNetConfig { Filters = 4, MaxStride = 8 } } };
        config.HeadConfigs.MultiClassTopdown = new MultiClassTopdownConfig();
        config.HeadConfigs.MultiClassTopdown.ClassVectors.GlobalPool = false;

        var error = Assert.Throws<ModelException>(() => PoseModel.Create(config, Body, ["a", "b"]));
        Assert.Equal("ModelConfigInvalid", error.ErrorId);

        using var model = PoseModel.Create(config, Body, ["a", "b"], seed: 1, inputSize: (32, 48));
        Assert.Equal([2, 2], model.forward(torch.rand(2, 1, 32, 48))["ClassVectorsHead"].shape);
        Assert.Equal("ModelInputSizeMismatch", Assert.Throws<ModelException>(() => model.forward(torch.rand(2, 1, 32, 32))).ErrorId);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("xavier")]
    public void A_seed_gives_the_same_weights(string method)
    {
        var config = Configure("bottomup", new BackboneConfig { Unet = new UNetConfig { Filters = 4, MaxStride = 8 } }, 2);
        config.InitWeights = method;
        using var first = PoseModel.Create(config, Body, seed: 5);
        using var second = PoseModel.Create(config, Body, seed: 5);
        using var other = PoseModel.Create(config, Body, seed: 6);

        Assert.All(first.GetStateDict(), entry => Assert.True(entry.Value.eq(second.GetStateDict()[entry.Key]).all().item<bool>()));
        Assert.Contains(first.GetStateDict(), entry => !entry.Value.eq(other.GetStateDict()[entry.Key]).all().item<bool>());
        Assert.Equal(
            method == "xavier",
            first.GetStateDict().Where(entry => entry.Key.EndsWith("bias")).All(entry => entry.Value.abs().max().item<float>() == 0));
    }

    [Fact]
    public void A_seed_gives_the_same_weights_while_other_models_are_made()
    {
        var config = Configure("single_instance", new BackboneConfig { Unet = new UNetConfig { Filters = 8, MaxStride = 8 } }, 2);
        using var alone = PoseModel.Create(config, Body, seed: 5);
        var models = new PoseModel[24];
        Parallel.For(0, models.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => models[i] = PoseModel.Create(config, Body, seed: i % 2 == 0 ? 5 : i));
        var expected = alone.GetStateDict();
        for (var i = 0; i < models.Length; i += 2)
        {
            Assert.All(models[i].GetStateDict(), entry => Assert.True(entry.Value.eq(expected[entry.Key]).all().item<bool>()));
        }

        foreach (var model in models)
        {
            model.Dispose();
        }
    }

    [Fact]
    public void Gradients_are_those_of_double_precision()
    {
        // 22 and 33 channels: the numbers that a broken copy into blocks of 16 shows itself with.
        var config = Configure("single_instance", new BackboneConfig { Unet = new UNetConfig { Filters = 22, FiltersRate = 1.5, MaxStride = 4 } }, 2);
        using var model = PoseModel.Create(config, Body, seed: 3);
        var input = torch.rand(1, 1, 96, 96);
        model.forward(input).Values.First().square().mean().backward();
        var single = model.parameters().Select(parameter => parameter.grad!.to(torch.float64).clone()).ToList();

        using var exact = PoseModel.Create(config, Body, seed: 3);
        exact.to(torch.float64);
        exact.forward(input.to(torch.float64)).Values.First().square().mean().backward();
        foreach (var (actual, parameter) in single.Zip(exact.parameters()))
        {
            var scale = parameter.grad!.abs().max().item<double>();
            Assert.True((actual - parameter.grad!).abs().max().item<double>() <= 1e-4 * scale);
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_change_nothing()
    {
        var config = Configure("centroid", new BackboneConfig { Unet = new UNetConfig { Filters = 4, MaxStride = 4 } }, 2);
        using var model = PoseModel.Create(config, Body, seed: 5);
        var before = model.GetStateDict().Values.First().clone();
        var weights = new OrderedMap<string, torch.Tensor>();
        foreach (var (name, tensor) in model.GetStateDict().Skip(1))
        {
            weights[name] = torch.zeros(tensor.shape);
        }

        weights["stranger"] = torch.zeros(1);
        var error = Assert.Throws<ModelException>(() => model.LoadStateDict(weights, "here"));
        Assert.Equal("ModelWeightsMismatch", error.ErrorId);
        Assert.Contains("stranger", error.Message);
        Assert.Contains(model.GetStateDict().Keys.First(), error.Message);
        Assert.True(before.eq(model.GetStateDict().Values.First()).all().item<bool>());
    }

    private static void Check(string options, Func<Func<string, bool>, BackboneConfig> createBackbone)
    {
        var chosen = options.Split(", ");
        var stride = int.Parse(chosen.Single(option => option.StartsWith("stride"))["stride ".Length..]);
        var config = Configure(chosen[0], createBackbone(option => chosen.Contains(option)), stride);
        using var model = PoseModel.Create(config, Body, ["a", "b", "c"], seed: 7);
        var size = 2 * model.MaxStride;
        var outputs = model.forward(torch.rand(2, model.InChannels, size, size));

        Assert.Equal(model.Heads.Select(head => head.Name), outputs.Keys);
        foreach (var head in model.Heads)
        {
            long[] expected = head.Kind == PoseHeadKind.ClassVectors
                ? [2, head.Channels]
                : [2, head.Channels, size / head.OutputStride, size / head.OutputStride];
            Assert.Equal(expected, outputs[head.Name].shape);
        }

        RequireFiniteGradients(model, outputs.Values.Select(output => output.square().mean()).Aggregate((a, b) => a + b));
    }

    private static void RequireFiniteGradients(PoseModel model, torch.Tensor loss)
    {
        loss.backward();
        foreach (var (name, parameter) in model.named_parameters())
        {
            Assert.True(parameter.grad is not null, $"{name} has no gradient.");
            Assert.True(parameter.grad!.isfinite().all().item<bool>(), $"{name} has a gradient that is not finite.");
        }
    }

    private static BackboneConfig Small(string name) => name switch
    {
        "unet" => new() { Unet = new() { Filters = 4, MaxStride = 8 } },
        "convnext" => new() { Convnext = new() { ModelType = "custom", Arch = new() { Depths = [1, 1, 1, 1], Channels = [4, 4, 6, 6] } } },
        _ => new() { Swint = new() { ModelType = "custom", Arch = new() { Embed = 4, Depths = [1, 1, 1, 1], NumHeads = [1, 1, 2, 2] } } },
    };

    private static ModelConfig Configure(string head, BackboneConfig backbone, int stride)
    {
        var config = new ModelConfig { BackboneConfig = backbone };
        var heads = config.HeadConfigs;
        switch (head)
        {
            case "single_instance": heads.SingleInstance = new(); heads.SingleInstance.Confmaps.OutputStride = stride; break;
            case "centroid": heads.Centroid = new(); heads.Centroid.Confmaps.OutputStride = stride; break;
            case "centered_instance": heads.CenteredInstance = new(); heads.CenteredInstance.Confmaps.OutputStride = stride; break;
            case "bottomup":
                heads.Bottomup = new();
                heads.Bottomup.Confmaps.OutputStride = stride;
                heads.Bottomup.Pafs.OutputStride = Math.Min(8, 2 * stride);
                break;
            case "multi_class_bottomup":
                heads.MultiClassBottomup = new();
                heads.MultiClassBottomup.Confmaps.OutputStride = stride;
                heads.MultiClassBottomup.ClassMaps.OutputStride = Math.Min(8, 2 * stride);
                break;
            case "multi_class_topdown": heads.MultiClassTopdown = new(); heads.MultiClassTopdown.Confmaps.OutputStride = stride; break;
        }

        return config;
    }

    private static Skeleton CreateSkeleton()
    {
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(["head", "thorax", "tail"]);
        skeleton.Edges.Add(new SkeletonEdge(0, 1));
        skeleton.Edges.Add(new SkeletonEdge(1, 2));
        return skeleton;
    }

    /// <summary>Rows such that every pair of values of two options is in one of them, chosen greedily.</summary>
    private static TheoryData<string> Covering(params string[][] options)
    {
        var open = new HashSet<(int, int, int, int)>();
        for (var a = 0; a < options.Length; a++)
        {
            for (var b = a + 1; b < options.Length; b++)
            {
                for (var i = 0; i < options[a].Length; i++)
                {
                    for (var j = 0; j < options[b].Length; j++)
                    {
                        open.Add((a, i, b, j));
                    }
                }
            }
        }

        var rows = new TheoryData<string>();
        while (open.Count > 0)
        {
            var row = Enumerable.Repeat(-1, options.Length).ToArray();
            var (firstA, firstI, firstB, firstJ) = open.First();
            (row[firstA], row[firstB]) = (firstI, firstJ);
            for (var a = 0; a < options.Length; a++)
            {
                if (row[a] < 0)
                {
                    row[a] = Enumerable.Range(0, options[a].Length).MaxBy(i => open.Count(pair =>
                        (pair.Item1 == a && pair.Item2 == i && row[pair.Item3] == pair.Item4)
                        || (pair.Item3 == a && pair.Item4 == i && row[pair.Item1] == pair.Item2)));
                }
            }

            open.RemoveWhere(pair => row[pair.Item1] == pair.Item2 && row[pair.Item3] == pair.Item4);
            rows.Add(string.Join(", ", row.Select((value, option) => options[option][value])));
        }

        return rows;
    }
}
