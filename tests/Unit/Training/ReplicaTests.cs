using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Training;

/// <summary>Several devices train as one does on the batches put together.</summary>
public sealed class ReplicaTests : TorchTest
{
    private const double Tolerance = 1e-6;

    /// <summary>Adam keeps a tenth of the first gradient, so that the checkpoint of a step tells it.</summary>
    [Theory]
    [InlineData("single_instance")]
    [InlineData("centroid")]
    [InlineData("centered_instance")]
    [InlineData("bottomup")]
    [InlineData("multi_class_bottomup")]
    [InlineData("multi_class_topdown")]
    public void Two_devices_have_the_gradients_of_one_with_the_joined_batch(string kind)
    {
        using var data = new TinyDataset(frames: 8, animals: kind == "single_instance" ? 1 : 2);
        var whole = Trainer.Run(data.Request(Config(data, kind, devices: 1, batch: 4, steps: 1), "whole"));
        var shared = Trainer.Run(data.Request(Config(data, kind, devices: 2, batch: 2, steps: 2), "shared"));
        Assert.Equal((1, 1), (whole.StepsPerEpoch, shared.StepsPerEpoch));
        Assert.Equal(["cpu", "cpu"], shared.Devices);
        AssertClose(Gradients(whole.Path), Gradients(shared.Path));
        AssertClose(Weights(whole.Path), Weights(shared.Path));
        var (first, second) = (TrainingLog.Read(whole.Path)[0], TrainingLog.Read(shared.Path)[0]);
        Assert.Equal(first.TrainLoss, second.TrainLoss, Tolerance);
        Assert.Equal(first.ValLoss, second.ValLoss, Tolerance);
        Assert.Equal(first.Other.Keys, second.Other.Keys);
        Assert.All(first.Other, column => Assert.Equal(column.Value, second.Other[column.Key], Tolerance));
    }

    /// <summary>Hard keypoints are mined over a whole batch, so with them, at no weight, a batch is not taken in pieces.</summary>
    [Fact]
    public void Large_images_in_pieces_have_the_gradients_of_the_whole_batch()
    {
        using var data = new TinyDataset(frames: 4);
        var pieces = Trainer.Run(data.Request(Large(mining: false), "pieces"));
        var whole = Trainer.Run(data.Request(Large(mining: true), "whole"));

        // Single precision over a hundred thousand pixels, added up in another order.
        var (expected, actual) = (Gradients(whole.Path), Gradients(pieces.Path));
        foreach (var (name, values) in expected)
        {
            Assert.True(values.Zip(actual[name], (a, b) => Math.Abs(a - b)).Max() < 5e-3 * values.Max(Math.Abs), name);
        }

        Assert.Equal(TrainingLog.Read(whole.Path)[0].TrainLoss, TrainingLog.Read(pieces.Path)[0].TrainLoss, Tolerance);

        SleapConfig Large(bool mining)
        {
            var config = Config(data, "single_instance", devices: 1, batch: 3, steps: 1);
            config.DataConfig.Preprocessing.Scale = 10;
            config.TrainerConfig.OnlineHardKeypointMining = new HardKeypointMiningConfig { OnlineMining = mining, LossScale = 0 };
            return config;
        }
    }

    [Fact]
    public void Many_steps_with_augmentation_and_batches_that_do_not_divide_stay_together()
    {
        using var data = new TinyDataset(frames: 11);
        var whole = Trainer.Run(data.Request(Augmented(Config(data, "single_instance", devices: 1, batch: 6, steps: 4), epochs: 2), "whole"));
        var shared = Trainer.Run(data.Request(Augmented(Config(data, "single_instance", devices: 3, batch: 2, steps: 12), epochs: 2), "shared"));
        AssertClose(Weights(whole.Path), Weights(shared.Path));
        using var checkpoint = CheckpointFile.Read(Path.Combine(shared.Path, "last.ckpt"));
        Assert.Equal(8, checkpoint.GlobalStep);

        static SleapConfig Augmented(SleapConfig config, int epochs)
        {
            config.TrainerConfig.MaxEpochs = epochs;
            config.DataConfig.UseAugmentationsTrain = true;
            config.DataConfig.AugmentationConfig = new AugmentationConfig
            {
                Intensity = new IntensityConfig { ContrastP = 0.5 },
                Geometric = new GeometricConfig { AffineP = 1, MixupP = 0.5 },
            };
            return config;
        }
    }

    [Theory]
    [InlineData(3, 5, 2)]
    [InlineData(2, 5, 2)]
    [InlineData(2, 1, 1)]
    public void The_steps_of_an_epoch_are_shared_among_the_devices(int devices, int asked, int expected)
    {
        using var data = new TinyDataset();
        var run = Trainer.Run(data.Request(Config(data, "single_instance", devices, batch: 1, steps: asked)));
        Assert.Equal(expected, run.StepsPerEpoch);
        Assert.Equal(asked, run.Config.TrainerConfig.TrainStepsPerEpoch);
        using var checkpoint = CheckpointFile.Read(Path.Combine(run.Path, "last.ckpt"));
        Assert.Equal(expected, checkpoint.GlobalStep);
    }

    [Fact]
    public void A_run_on_two_devices_that_was_stopped_and_resumed_ends_as_one_that_was_not()
    {
        using var data = new TinyDataset();
        var config = Config(data, "single_instance", devices: 2, batch: 1, steps: 8);
        config.TrainerConfig.MaxEpochs = 3;
        var whole = Trainer.Run(data.Request(config, "whole"));

        using var stop = new CancellationTokenSource();
        var part = Trainer.Run(data.Request(config, "part"), new Immediate(p =>
        {
            if (p is { Epoch: 2, Activity: "Training", Message: null })
            {
                stop.Cancel();
            }
        }), stop.Token);
        Assert.Equal(TrainingEnd.Stopped, part.End);
        var resumed = Trainer.Run(new TrainingRequest { Config = ConfigFile.Load(Path.Combine(part.Path, "training_config.yaml")), OutputPath = part.Path, Resume = true });
        Assert.Equal(3, resumed.Epochs);
        Assert.Equal(Weights(whole.Path), Weights(resumed.Path));
    }

    [Fact]
    public void A_run_goes_on_with_another_number_of_devices()
    {
        using var data = new TinyDataset();
        var config = Config(data, "single_instance", devices: 2, batch: 1, steps: 4);
        config.TrainerConfig.MaxEpochs = 2;
        var run = Trainer.Run(data.Request(config));
        (config.TrainerConfig.MaxEpochs, config.TrainerConfig.TrainerDevices) = (4, 1);
        var resumed = Trainer.Run(new TrainingRequest { Config = config, OutputPath = run.Path, Resume = true });
        Assert.Equal((4, 4), (resumed.Epochs, resumed.StepsPerEpoch));
        using var checkpoint = CheckpointFile.Read(Path.Combine(resumed.Path, "last.ckpt"));
        Assert.Equal((2 * 2) + (2 * 4), checkpoint.GlobalStep);
    }

    [Fact]
    public void No_tensor_outlives_its_step()
    {
        using var data = new TinyDataset();
        var config = Config(data, "single_instance", devices: 2, batch: 1, steps: 8);
        config.TrainerConfig.MaxEpochs = 5;
        var counts = new List<long>();
        Trainer.Run(data.Request(config), new Immediate(p =>
        {
            if (p.Message?.StartsWith("Epoch", StringComparison.Ordinal) == true)
            {
                counts.Add(Tensor.TotalCount);
            }
        }));
        Assert.Equal(5, counts.Count);
        Assert.All(counts.Skip(1), count => Assert.Equal(counts[1], count));
    }

    /// <summary>As on distinct GPUs, here with copies on the processor.</summary>
    [Fact]
    public void Copies_in_threads_of_their_own_add_up_to_the_same_gradients()
    {
        using var data = new TinyDataset();
        var config = data.Config().ModelConfig;
        var skeleton = new Skeleton { Nodes = { "A", "B" } };
        using var model = PoseModel.Create(config, skeleton, seed: 3);
        var images = rand(5, 1, 32, 32);
        Loss(model, images).backward();
        var expected = Read(model);
        using (no_grad())
        {
            model.parameters().ToList().ForEach(p => p.grad!.zero_());
        }

        using var replicas = new ModelReplicas(model, [CPU, CPU, CPU], () => PoseModel.Create(config, skeleton, seed: 4), sideBySide: true);
        var parts = ModelReplicas.Share(5, 3);
        for (var round = 0; round < 2; round++)
        {
            replicas.ZeroGradients();
            model.parameters().ToList().ForEach(p => p.grad!.detach().zero_());
            var threads = replicas.Run(parts.Count, i =>
            {
                using var scope = NewDisposeScope();
                (Loss(replicas.Models[i], images.narrow(0, parts[i].Start, parts[i].Count)) * (parts[i].Count / 5.0)).backward();
                return Environment.CurrentManagedThreadId;
            });
            Assert.Equal(3, threads.Distinct().Count());
            replicas.SumGradients();
            AssertClose(expected, Read(model));
        }

        var error = Assert.Throws<InvalidDataException>(() => replicas.Run(3, i => i == 2 ? throw new InvalidDataException() : i));
        Assert.NotNull(error);

        static Tensor Loss(PoseModel of, Tensor images) => of.forward(images).Values.Single().square().mean();
        static Dictionary<string, float[]> Read(PoseModel of) =>
            of.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.data<float>().ToArray());
    }

    private static SleapConfig Config(TinyDataset data, string kind, int devices, int batch, int steps)
    {
        var config = data.Config(epochs: 1, steps: steps);
        var heads = config.ModelConfig.HeadConfigs;
        switch (kind)
        {
            case "centroid": heads.Centroid = new CentroidConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "centered_instance": heads.CenteredInstance = new CenteredInstanceConfig { Confmaps = { Sigma = 1.5, OutputStride = 2, AnchorPart = "A" } }; break;
            case "bottomup": heads.Bottomup = new BottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, Pafs = { Sigma = 8, OutputStride = 4 } }; break;
            case "multi_class_bottomup": heads.MultiClassBottomup = new MultiClassBottomupConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 }, ClassMaps = { Sigma = 4, OutputStride = 4 } }; break;
            case "multi_class_topdown": heads.MultiClassTopdown = new MultiClassTopdownConfig { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
        }

        config.DataConfig.Preprocessing.MinCropSize = 16;
        var trainer = config.TrainerConfig;
        (trainer.TrainDataLoader.BatchSize, trainer.ValDataLoader.BatchSize, trainer.TrainerDevices) = (batch, batch, devices);
        trainer.Optimizer.Lr = 1e-4;
        trainer.ModelCkpt.SaveLast = true;
        return config;
    }

    private static Dictionary<string, float[]> Weights(string folder)
    {
        using var checkpoint = CheckpointFile.Read(Path.Combine(folder, "last.ckpt"));
        return checkpoint.StateDict.ToDictionary(weight => weight.Key, weight => weight.Value.data<float>().ToArray());
    }

    private static Dictionary<string, float[]> Gradients(string folder)
    {
        using var checkpoint = CheckpointFile.Read(Path.Combine(folder, "last.ckpt"));
        var state = (OrderedMap<object, object?>)((OrderedMap<object, object?>)checkpoint.OptimizerStates[0]!)["state"]!;
        return state.ToDictionary(
            entry => entry.Key.ToString()!,
            entry => (((Tensor)((OrderedMap<object, object?>)entry.Value!)["exp_avg"]!) * 10).data<float>().ToArray());
    }

    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Contains(expected.Values, values => values.Any(value => Math.Abs(value) > 1e-4));
        foreach (var (name, values) in expected)
        {
            var worst = values.Zip(actual[name], (a, b) => Math.Abs(a - b)).Max();
            Assert.True(worst < Tolerance, $"{name} is off by {worst}");
        }
    }
}
