using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Models;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Keys;

/// <summary>What the keys of <c>head_configs</c> do to the targets, the losses and the model.</summary>
public sealed class HeadKeyTests : TorchTest
{
    private const string Heads = "model_config.head_configs.";
    private readonly TinyDataset single = new();
    private readonly TinyDataset pairs = new(animals: 2);

    public override void Dispose()
    {
        base.Dispose();
        single.Dispose();
        pairs.Dispose();
    }

    [Theory]
    [InlineData(Heads + "single_instance.confmaps.sigma")]
    [InlineData(Heads + "centroid.confmaps.sigma")]
    [InlineData(Heads + "centered_instance.confmaps.sigma")]
    [InlineData(Heads + "bottomup.confmaps.sigma")]
    [InlineData(Heads + "bottomup.pafs.sigma")]
    [InlineData(Heads + "multi_class_bottomup.confmaps.sigma")]
    [InlineData(Heads + "multi_class_bottomup.class_maps.sigma")]
    [InlineData(Heads + "multi_class_topdown.confmaps.sigma")]
    public void A_larger_sigma_spreads_the_target(string key)
    {
        Assert.True(Spread(4) > 1.3 * Spread(2), $"{Spread(2)} -> {Spread(4)}");

        double Spread(double sigma) => Target(key, sigma).Target.abs().sum().item<float>();
    }

    [Theory]
    [InlineData(Heads + "single_instance.confmaps.output_stride")]
    [InlineData(Heads + "centroid.confmaps.output_stride")]
    [InlineData(Heads + "centered_instance.confmaps.output_stride")]
    [InlineData(Heads + "bottomup.confmaps.output_stride")]
    [InlineData(Heads + "bottomup.pafs.output_stride")]
    [InlineData(Heads + "multi_class_bottomup.confmaps.output_stride")]
    [InlineData(Heads + "multi_class_bottomup.class_maps.output_stride")]
    [InlineData(Heads + "multi_class_topdown.confmaps.output_stride")]
    public void Target_and_prediction_have_the_stride_that_is_asked_for(string key)
    {
        foreach (var stride in new[] { 1, 2, 4 })
        {
            var (target, batch, config) = Target(key, stride);
            Assert.Equal([batch.HeightPx / stride, batch.WidthPx / stride], target.shape[^2..]);
            using var model = PoseModel.Create(config.ModelConfig, config.DataConfig.Skeletons![0], ["animal0", "animal1"], seed: 1);
            var predicted = model.forward(batch.Images.to(TorchSharp.torch.float32))[KeyedHeads.OutputOf(KeyedHeads.HeadIn(key), KeyedHeads.LayerIn(key))];
            Assert.Equal(target.shape, predicted.shape);
        }
    }

    [Fact]
    public void Class_vectors_start_from_the_coarsest_features_whatever_their_stride()
    {
        var config = pairs.Config().WithHead("multi_class_topdown");
        config.ModelConfig.HeadConfigs.MultiClassTopdown!.ClassVectors.OutputStride = 2;
        using var prepared = new PreparedData(config);
        Assert.Equal(4, prepared.Config.ModelConfig.HeadConfigs.MultiClassTopdown!.ClassVectors.OutputStride);
        Assert.Equal(4, prepared.Config.ModelConfig.BackboneConfig.Unet!.MaxStride);
    }

    [Theory]
    [InlineData(Heads + "centered_instance.confmaps.loss_weight")]
    [InlineData(Heads + "bottomup.confmaps.loss_weight")]
    [InlineData(Heads + "bottomup.pafs.loss_weight")]
    [InlineData(Heads + "multi_class_bottomup.confmaps.loss_weight")]
    [InlineData(Heads + "multi_class_bottomup.class_maps.loss_weight")]
    [InlineData(Heads + "multi_class_topdown.confmaps.loss_weight")]
    [InlineData(Heads + "multi_class_topdown.class_vectors.loss_weight")]
    public void The_loss_is_the_weighted_sum_of_the_heads(string key)
    {
        var config = pairs.Config(epochs: 1, steps: 1).WithHead(KeyedHeads.HeadIn(key));
        ConfigPath.Set(config, key, 3.0);
        var entry = Assert.Single(TrainingLog.Read(Trainer.Run(pairs.Request(config)).Path));
        var layer = KeyedHeads.LayerIn(key) switch { "pafs" => "paf", "class_maps" => "classmap", "class_vectors" => "classvector", var name => name };
        var losses = entry.Other.Where(column => column.Key.StartsWith("val_", StringComparison.Ordinal)).ToList();
        if (layer == "confmaps" && losses.Count == 0)
        {
            // A single head: its loss is three times what it is by itself.
            ConfigPath.Set(config, key, null);
            config.TrainerConfig.Optimizer.Lr = 1e-12;
            var plain = Trainer.Run(pairs.Request(config, "plain")).BestLoss;
            ConfigPath.Set(config, key, 3.0);
            Assert.Equal(3 * plain, Trainer.Run(pairs.Request(config, "weighted")).BestLoss, 5);
            return;
        }

        Assert.Equal(2, losses.Count);
        Assert.Equal(losses.Sum(loss => (loss.Key == $"val_{layer}_loss" ? 3 : 1) * loss.Value), entry.ValLoss, 5);
    }

    // The nodes are A and B.
    [Theory]
    [InlineData(Heads + "single_instance.confmaps.part_names")]
    [InlineData(Heads + "centered_instance.confmaps.part_names")]
    [InlineData(Heads + "bottomup.confmaps.part_names")]
    [InlineData(Heads + "multi_class_bottomup.confmaps.part_names")]
    [InlineData(Heads + "multi_class_topdown.confmaps.part_names")]
    public void Channels_are_the_parts_that_are_listed_in_their_order(string key)
    {
        var plain = Target(key, null).Target;
        var turned = Target(key, new List<string> { "B", "A" }).Target;
        Assert.True(plain.flip(1).eq(turned).all().item<bool>());
        Assert.False(plain.eq(turned).all().item<bool>());

        // An edge needs both its nodes; a crop lies around the parts that are left.
        if (KeyedHeads.HeadIn(key) != "bottomup")
        {
            var one = Target(key, new List<string> { "B" }).Target;
            Assert.Equal(1, one.shape[1]);
            Assert.True(KeyedHeads.HeadIn(key) is "centered_instance" or "multi_class_topdown"
                ? one.max().item<float>() > 0.8
                : plain.narrow(1, 1, 1).eq(one).all().item<bool>());
        }

        Assert.Equal("TrainingPartNames", Assert.Throws<TrainingException>(() => Target(key, new List<string> { "A", "tail" })).ErrorId);
    }

    [Fact]
    public void A_run_on_one_part_predicts_and_measures_this_part()
    {
        var config = single.Config(epochs: 2, steps: 40);
        config.ModelConfig.BackboneConfig.Unet!.Filters = 8;
        config.ModelConfig.HeadConfigs.SingleInstance!.Confmaps.PartNames = ["B"];
        config.DataConfig.TestFilePath = [single.LabelsPath];
        var run = Trainer.Run(single.Request(config));
        var predicted = LabelsFile.Load(Path.Combine(run.Path, "labels_pr.test.0.slp"));
        Assert.Equal(["B"], predicted.Skeleton.Nodes);
        var truth = LabelsFile.Load(single.LabelsPath);
        var (at, found) = (truth.Frames[0].Instances[0].Points[1], predicted.Frames[0].Instances[0].Points[0]);
        Assert.InRange(Math.Abs(at.X - found.X) + Math.Abs(at.Y - found.Y), 0, 2);
        Assert.True(File.Exists(Path.Combine(run.Path, "metrics.test.0.npz")));
        Assert.Equal(run.Path, Trainer.Run(RunFolder.ToResume(run.Path)).Path);
    }

    [Theory]
    [InlineData(Heads + "centroid.confmaps.anchor_part")]
    [InlineData(Heads + "centered_instance.confmaps.anchor_part")]
    [InlineData(Heads + "multi_class_topdown.confmaps.anchor_part")]
    public void The_anchor_is_the_middle(string key)
    {
        // B lies 12 pixels to the right of A and 4 below; between them is the middle of the box.
        var (x, y) = (Middle("A").X, Middle("A").Y);
        Assert.Equal((x + 12, y + 4), Middle("B"));
        Assert.Equal((x + 6, y + 2), Middle(null));

        (double X, double Y) Middle(string? anchor)
        {
            var config = pairs.Config().WithHead(KeyedHeads.HeadIn(key));
            config.DataConfig.Preprocessing.CropSize = 16;
            ConfigPath.Set(config, key, anchor);
            using var prepared = new PreparedData(config);
            var points = prepared.First().Points.data<float>().ToArray();

            // A crop shows where its middle is by where the animal lies in it.
            return KeyedHeads.HeadIn(key) == "centroid" ? (points[0], points[1])
                : float.IsNaN(points[0]) ? (12 - Math.Round(points[2], 1), 4 - Math.Round(points[3], 1)) : (-Math.Round(points[0], 1), -Math.Round(points[1], 1));
        }
    }

    [Theory]
    [InlineData("A", "B", 1)]
    [InlineData("B", "A", -1)]
    [InlineData("1", "0", -1)]
    public void Fields_follow_the_edges_that_are_listed(string source, string destination, int sign)
    {
        const string Key = Heads + "bottomup.pafs.edges";
        var plain = Target(Key, null).Target;
        var (listed, _, config) = Target(Key, new List<List<string>> { new() { source, destination } });
        Assert.InRange(((plain * sign) - listed).abs().max().item<float>(), 0, 1e-4);
        Assert.True(plain.abs().max().item<float>() > 0.5);
        Assert.Equal(sign > 0 ? ["A", "B"] : ["B", "A"], config.ModelConfig.HeadConfigs.Bottomup!.Pafs.Edges![0]);
    }

    [Theory]
    [InlineData(Heads + "multi_class_bottomup.class_maps.classes")]
    [InlineData(Heads + "multi_class_topdown.class_vectors.classes")]
    public void Classes_are_the_tracks_that_are_listed_in_their_order(string key)
    {
        var plain = Target(key, null).Target;
        var turned = Target(key, new List<string> { "animal1", "animal0" }).Target;
        Assert.True(plain.flip(1).eq(turned).all().item<bool>());
        Assert.False(plain.eq(turned).all().item<bool>());
        var more = Target(key, new List<string> { "animal0", "animal1", "animal2" }).Target;
        Assert.Equal(3, more.shape[1]);
    }

    private (TorchSharp.torch.Tensor Target, Batch Batch, SleapConfig Config) Target(string key, object? value)
    {
        var head = KeyedHeads.HeadIn(key);
        var data = head == "single_instance" ? single : pairs;
        var config = data.Config().WithHead(head);
        config.DataConfig.Preprocessing.CropSize = 32;
        ConfigPath.Set(config, key, value);
        using var prepared = new PreparedData(config);
        var batch = prepared.First();
        var name = KeyedHeads.OutputOf(head, KeyedHeads.LayerIn(key));
        return (prepared.Heads.Single(h => h.Name == name).Target(batch), batch, prepared.Config);
    }
}
