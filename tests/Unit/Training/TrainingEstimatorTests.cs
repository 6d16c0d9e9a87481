using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

public sealed class TrainingEstimatorTests : IDisposable
{
    private readonly TinyDataset data = new(animals: 1);

    public void Dispose() => data.Dispose();

    [Fact]
    public void Memory_is_that_of_the_network_and_its_batch()
    {
        var one = Estimate(data.Config(), 1);
        var four = Estimate(data.Config(), 4);

        Assert.Equal([1, 1, 40, 48], one.InputShape);
        Assert.Equal(4 * one.ParameterCount, one.WeightBytes);
        Assert.Equal((one.WeightBytes, 2 * one.WeightBytes), (one.GradientBytes, one.OptimizerBytes));
        Assert.Equal(4 * one.ActivationBytes, four.ActivationBytes);
        Assert.Equal(one.WeightBytes + one.GradientBytes + one.OptimizerBytes + one.ActivationBytes, one.TrainingBytes);
        Assert.Equal(6 * 40 * 48, one.CacheBytes);
        Assert.True(one.Fits);

        // The same network through Get-SleapModel's eyes.
        var run = Trainer.Run(data.Request(data.Config(epochs: 1, steps: 1)));
        Assert.Equal(ModelInspector.Inspect(run.Path, batchSize: 4).TrainingBytes, four.TrainingBytes);
    }

    [Fact]
    public void Amsgrad_keeps_a_third_state()
    {
        var config = data.Config();
        config.TrainerConfig.Optimizer.Amsgrad = true;
        var estimate = Estimate(config, 1);
        Assert.Equal(3 * estimate.WeightBytes, estimate.OptimizerBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_epoch_is_its_steps_and_the_validation(bool fullSize)
    {
        var config = data.Config(epochs: 5, steps: 7);
        var estimate = TrainingEstimator.Estimate(config, data.Folder, "cpu", fullSize, _ => { }, CancellationToken.None);

        Assert.Equal((7, 5, fullSize), (estimate.StepsPerEpoch, estimate.MaxEpochs, estimate.IsFullSize));
        Assert.InRange(estimate.EpochTime, 7 * estimate.StepTime, (7 + estimate.ValSamples) * (estimate.StepTime + estimate.LoadTime));
        Assert.Equal(5 * estimate.EpochTime, estimate.MaxTime);
        Assert.Equal(fullSize, estimate.MeasuredBytes is not null);
        Assert.Contains(fullSize ? "full size" : "extrapolated", estimate.Method);
        Assert.Empty(Directory.GetDirectories(data.Folder));
    }

    [Fact]
    public void All_kinds_of_models_can_be_estimated()
    {
        using var pair = new TinyDataset(animals: 2);
        foreach (var head in ConfigPresets.Heads.Where(head => head != "single_instance"))
        {
            var config = pair.Config();
            ConfigPresets.SetHead(config, head);
            foreach (var (_, layer) in config.ModelConfig.HeadConfigs.GetActiveLayers())
            {
                layer.OutputStride = 2;
            }

            config.DataConfig.Preprocessing.MinCropSize = 24;
            var estimate = TrainingEstimator.Estimate(config, pair.Folder, "cpu", fullSize: false, _ => { }, CancellationToken.None);
            Assert.Equal(head, estimate.ModelType);
            Assert.True(estimate.StepTime > TimeSpan.Zero);
        }
    }

    [Fact]
    public void What_does_not_fit_is_told_and_a_stop_ends_it()
    {
        var estimate = Estimate(data.Config(), 1);
        var small = new TrainingEstimate
        {
            ModelType = "", Backbone = "", ParameterCount = 1, Device = "cpu", BatchSize = 1, InputShape = [1], WeightBytes = 40, GradientBytes = 40, OptimizerBytes = 80, ActivationBytes = 100, CacheBytes = 1000, AvailableBytes = 1259,
            TrainSamples = 1, ValSamples = 1, StepsPerEpoch = 1, MaxEpochs = 1, StepTime = default, LoadTime = default, EpochTime = default, IsFullSize = false, Method = "",
        };
        Assert.False(small.Fits);
        Assert.NotNull(estimate.AvailableBytes);
        Assert.Throws<OperationCanceledException>(() => TrainingEstimator.Estimate(data.Config(), data.Folder, "cpu", fullSize: true, _ => { }, new CancellationToken(canceled: true)));
    }

    private TrainingEstimate Estimate(SleapConfig config, int batchSize)
    {
        config.TrainerConfig.TrainDataLoader.BatchSize = batchSize;
        return TrainingEstimator.Estimate(config, data.Folder, "cpu", fullSize: false, _ => { }, CancellationToken.None);
    }
}
