using System.Diagnostics;
using System.Security.Cryptography;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Tests.Checkpoints;
using TorchSharp;

namespace SleapNn.Tests.Models;

public sealed class PublishedWeightsTests : TorchTest
{
    private const string Name = "ConvNeXt_Tiny_Weights";
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-published-").FullName;
    private readonly byte[] content = RandomNumberGenerator.GetBytes(300_000);

    private string Cache => Path.Combine(folder, "cache");

    private string HashedName => $"small-{Convert.ToHexStringLower(SHA256.HashData(content))[..8]}.pth";

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_file_is_fetched_once()
    {
        using var server = new WeightsServer(content);
        var told = new List<string>();
        var path = Find($"{server.Address}/models/{HashedName}", told.Add);

        Assert.Equal(Path.Combine(Cache, HashedName), path);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(path, Find($"{server.Address}/models/{HashedName}"));
        Assert.Single(server.Requests);
        Assert.StartsWith($"Fetching {HashedName} (0 of 0 MB)", told[0]);
        Assert.Equal([path, path + ".lock"], Directory.GetFiles(Cache).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ConvNeXt_Tiny_Weights", "/models/convnext_tiny-983f1562.pth")]
    [InlineData("ConvNeXt_Small_Weights", "/models/convnext_small-0c510722.pth")]
    [InlineData("ConvNeXt_Base_Weights", "/models/convnext_base-6075fbad.pth")]
    [InlineData("ConvNeXt_Large_Weights", "/models/convnext_large-ea097f82.pth")]
    [InlineData("Swin_T_Weights", "/models/swin_t-704ceda3.pth")]
    [InlineData("Swin_S_Weights", "/models/swin_s-5e29d889.pth")]
    [InlineData("Swin_B_Weights", "/models/swin_b-68c6b09e.pth")]
    public void Each_name_has_its_file_and_another_file_in_its_place_is_refused(string name, string path)
    {
        using var server = new WeightsServer(content);
        var error = Assert.Throws<ModelException>(() => PublishedWeights.Find(name, server.Address + "/models/", Cache, TimeSpan.FromSeconds(5), null, default));

        Assert.Equal("PublishedWeightsDamaged", error.ErrorId);
        Assert.Equal((path, 0L), Assert.Single(server.Requests));
        Assert.DoesNotContain(Directory.GetFiles(Cache), file => file.EndsWith(".pth"));
    }

    [Fact]
    public void Every_name_that_a_config_may_give_is_known()
    {
        var names = ConfigSchema.Of(typeof(ConvNextConfig)).Concat(ConfigSchema.Of(typeof(SwinTConfig)))
            .Where(key => key.Name == "pre_trained_weights").SelectMany(key => key.Allowed).ToList();
        Assert.Equal(7, names.Count);
        Assert.All(names, name => Assert.Equal(
            "PublishedWeightsNotFound",
            Assert.Throws<ModelException>(() => PublishedWeights.Find(name, folder, Cache, TimeSpan.FromSeconds(5), null, default)).ErrorId));
        Assert.Equal("PublishedWeightsUnknown", Assert.Throws<ModelException>(() => { PublishedWeights.Find("Swin_V2_T_Weights"); }).ErrorId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_download_that_breaks_goes_on(bool knowsRanges)
    {
        using var server = new WeightsServer(content) { KnowsRanges = knowsRanges };
        server.BreakAfter.Enqueue(100_000);
        Assert.Equal(content, File.ReadAllBytes(Find($"{server.Address}/{HashedName}")));

        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(server.Requests[1].From, 1, 100_000);
    }

    [Fact]
    public void A_download_that_was_stopped_goes_on_with_the_next_call()
    {
        using var server = new WeightsServer(content);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Find($"{server.Address}/{HashedName}", _ => stop.Cancel(), stop.Token));
        Assert.DoesNotContain(Directory.GetFiles(Cache), file => file.EndsWith(".pth"));

        File.WriteAllBytes(Path.Combine(Cache, HashedName + ".part"), content[..1000]);
        Assert.Equal(content, File.ReadAllBytes(Find($"{server.Address}/{HashedName}")));
        Assert.Equal(1000, server.Requests[^1].From);
    }

    [Fact]
    public void A_download_that_only_lacked_its_name_is_complete()
    {
        using var server = new WeightsServer(content);
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Path.Combine(Cache, HashedName + ".part"), content);
        Assert.Equal(content, File.ReadAllBytes(Find($"{server.Address}/{HashedName}")));
    }

    [Fact]
    public void The_rest_of_another_file_is_thrown_away()
    {
        using var server = new WeightsServer(content);
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Path.Combine(Cache, HashedName + ".part"), new byte[1000]);
        Assert.Equal("PublishedWeightsDamaged", Assert.Throws<ModelException>(() => Find($"{server.Address}/{HashedName}")).ErrorId);
        Assert.Equal(content, File.ReadAllBytes(Find($"{server.Address}/{HashedName}")));
    }

    [Fact]
    public void Several_at_once_fetch_one_file()
    {
        using var server = new WeightsServer(content);
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ => Assert.Equal(content, File.ReadAllBytes(Find($"{server.Address}/{HashedName}"))));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Without_a_connection_the_error_says_where_the_file_can_go()
    {
        var error = Assert.Throws<ModelException>(() => Find($"http://127.0.0.1:{WeightsServer.FreePort()}"));
        Assert.Equal("PublishedWeightsUnreachable", error.ErrorId);
        Assert.Contains("convnext_tiny-983f1562.pth", error.Message);
        Assert.Contains(Cache, error.Message);
        Assert.Contains("SLEAPNN_WEIGHTS", error.Message);
    }

    [Fact]
    public void A_server_without_the_file_or_without_an_answer_is_named()
    {
        using var server = new WeightsServer(content) { IsMissing = true };
        var missing = Assert.Throws<ModelException>(() => Find(server.Address));
        Assert.Equal("PublishedWeightsNotFound", missing.ErrorId);
        Assert.Contains("404", missing.Message);

        using var silent = new WeightsServer(content) { IsSilent = true };
        var watch = Stopwatch.StartNew();
        Assert.Equal("PublishedWeightsUnreachable", Assert.Throws<ModelException>(
            () => PublishedWeights.Find(Name, silent.Address, Cache, TimeSpan.FromSeconds(0.5), null, default)).ErrorId);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_file_or_a_folder_on_disk_needs_no_connection()
    {
        var path = Path.Combine(folder, HashedName);
        File.WriteAllBytes(path, content);
        Assert.Equal(path, Find(path));

        // In a folder the published name counts, and with it the published hash.
        File.Copy(path, Path.Combine(folder, "convnext_tiny-983f1562.pth"));
        var error = Assert.Throws<ModelException>(() => Find(folder));
        Assert.Equal("PublishedWeightsDamaged", error.ErrorId);
        Assert.Contains("983f1562", error.Message);
    }

    [Theory]
    [InlineData("convnext")]
    [InlineData("swint")]
    public void Only_the_encoder_is_set(string backbone)
    {
        using var source = Create(backbone, channels: 3, seed: 1);
        using var model = Create(backbone, channels: 3, seed: 2);
        var before = model.GetStateDict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        PublishedWeights.Load(model, Save(source));

        foreach (var (name, weight) in model.GetStateDict())
        {
            var expected = name.StartsWith("backbone.enc.") ? source.GetStateDict()[name] : before[name];
            Assert.True(weight.eq(expected).all().item<bool>(), name);
        }
    }

    [Theory]
    [InlineData("convnext")]
    [InlineData("swint")]
    public void One_channel_gives_what_three_equal_channels_give(string backbone)
    {
        using var rgb = Create(backbone, channels: 3, seed: 1);
        using var grey = Create(backbone, channels: 1, seed: 1);
        PublishedWeights.Load(grey, Save(rgb));

        // Decoder and head are the same too, apart from the order in which they were drawn.
        foreach (var (name, weight) in grey.GetStateDict().Where(entry => !entry.Key.StartsWith("backbone.enc.")))
        {
            using var off = torch.no_grad();
            weight.copy_(rgb.GetStateDict()[name]);
        }

        rgb.eval();
        grey.eval();
        var input = torch.rand(1, 1, 64, 64);
        var expected = rgb.forward(input.expand(-1, 3, -1, -1)).Values.First();
        var actual = grey.forward(input).Values.First();
        Assert.True((expected - actual).abs().max().item<float>() <= 1e-5 * expected.abs().max().item<float>());
    }

    [Fact]
    public void Weights_of_another_size_are_refused_by_name()
    {
        using var source = Create("convnext", channels: 3, seed: 1, width: 8);
        using var model = Create("convnext", channels: 3, seed: 2);
        var error = Assert.Throws<ModelException>(() => PublishedWeights.Load(model, Save(source)));
        Assert.Equal("ModelWeightsMismatch", error.ErrorId);
        Assert.Contains("features.0.0.weight (model: 4 x 3 x 4 x 4, file: 8 x 3 x 4 x 4)", error.Message);
    }

    [Theory]
    [InlineData("convnext", "tiny", 27_818_592)]
    [InlineData("swint", "tiny", 27_519_354)]
    public void The_encoder_has_torchvisions_parameters(string backbone, string size, long count)
    {
        // torchvision's count of the whole classifier less its last layers (1000 classes), with a stem of three channels.
        var config = Configure(backbone, channels: 3, width: 4);
        if (config.BackboneConfig.Convnext is { } convnext)
        {
            convnext.ModelType = size;
        }
        else
        {
            config.BackboneConfig.Swint!.ModelType = size;
        }

        using var model = PoseModel.Create(config);
        Assert.Equal(count, model.named_parameters().Where(entry => entry.name.StartsWith("backbone.enc.")).Sum(entry => entry.parameter.numel()));
    }

    private static PoseModel Create(string backbone, int channels, int seed, int width = 4) =>
        PoseModel.Create(Configure(backbone, channels, width), seed: seed);

    private static ModelConfig Configure(string backbone, int channels, int width)
    {
        var config = new ModelConfig();
        config.HeadConfigs.Centroid = new();
        config.HeadConfigs.Centroid.Confmaps.OutputStride = 2;
        config.BackboneConfig = backbone == "convnext"
            ? new() { Convnext = new() { ModelType = "custom", InChannels = channels, Arch = new() { Depths = [1, 2, 1, 1], Channels = [width, 6, 8, 10] } } }
            : new() { Swint = new() { ModelType = "custom", InChannels = channels, Arch = new() { Embed = width, Depths = [2, 1, 1, 1], NumHeads = [1, 2, 2, 2] } } };
        return config;
    }

    private string Find(string source, Action<string>? report = null, CancellationToken token = default) =>
        PublishedWeights.Find(Name, source, Cache, TimeSpan.FromSeconds(20), report, token);

    /// <summary>A file as torchvision makes them: the bare state dict of the classifier.</summary>
    private string Save(PoseModel model)
    {
        var state = new OrderedMap<object, object?>();
        foreach (var (name, weight) in model.GetStateDict().Where(entry => entry.Key.StartsWith("backbone.enc.")))
        {
            state[name["backbone.enc.".Length..]] = weight;
        }

        state["classifier.2.weight"] = torch.rand(10, 4);
        state["head.bias"] = torch.rand(10);
        var path = Path.Combine(folder, "published.pth");
        var writer = new PickleWriter(path);
        writer.Write(new PickleWriter.OrderedDict(state));
        using var stream = File.Create(path);
        using var zip = new StoredZipWriter(stream, "archive");
        zip.Add("data.pkl", writer.ToArray());
        foreach (var (key, storage) in writer.Storages)
        {
            zip.Add($"data/{key}", storage.bytes);
        }

        return path;
    }
}
