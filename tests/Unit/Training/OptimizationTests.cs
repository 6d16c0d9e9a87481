using SleapNn.Configuration;
using SleapNn.Training;
using static TorchSharp.torch;

namespace SleapNn.Tests.Training;

/// <summary>The optimizers, the schedules and the mining of hard keypoints, against torch's own and against closed forms.</summary>
public sealed class OptimizationTests : TorchTest
{
    [Theory]
    [InlineData("Adam", false)]
    [InlineData("Adam", true)]
    [InlineData("AdamW", false)]
    [InlineData("AdamW", true)]
    public void Optimizers_step_as_those_of_torch(string name, bool amsgrad)
    {
        using var scope = NewDisposeScope();
        var (own, theirs) = (Start(), Start());
        using var optimizer = new AdamOptimizer([own], name, 0.05, amsgrad);
        using var reference = name == "Adam"
            ? (optim.Optimizer)optim.Adam([theirs], 0.05, amsgrad: amsgrad)
            : optim.AdamW([theirs], 0.05, weight_decay: 0.01, amsgrad: amsgrad);
        for (var step = 0; step < 30; step++)
        {
            optimizer.ZeroGrad();
            Loss(own, step).backward();
            optimizer.Step();
            reference.zero_grad();
            Loss(theirs, step).backward();
            reference.step();
        }

        Assert.True((own - theirs).abs().max().item<float>() < 1e-6, $"{own.detach().data<float>()[0]} {theirs.detach().data<float>()[0]}");

        static TorchSharp.Modules.Parameter Start() => new(tensor(new[] { 1f, -2f, 3f, 0.5f }));
        static Tensor Loss(Tensor x, int step) => ((x - (step % 7)).pow(2) * tensor(new[] { 1f, 10f, 0.1f, 3f })).sum();
    }

    [Fact]
    public void Step_lr_multiplies_every_so_many_epochs()
    {
        var rates = Rates(new LrSchedulerConfig { StepLr = new StepLrConfig { StepSize = 3, Gamma = 0.5 } }, Enumerable.Repeat(1.0, 8));
        Assert.All(rates.Select((rate, epoch) => (rate, epoch)), at => Assert.Equal(0.1 * Math.Pow(0.5, at.epoch / 3), at.rate, 12));
    }

    [Fact]
    public void Reduce_lr_on_plateau_obeys_each_of_its_options()
    {
        var plain = new ReduceLrOnPlateauConfig { Patience = 1, Factor = 0.5, Threshold = 0.1, ThresholdMode = "rel" };
        Assert.Equal([0.1, 0.1, 0.1, 0.05, 0.05, 0.025], Plateau(plain, 1, 0.95, 0.95, 0.95, 0.95));
        Assert.Equal([0.1, 0.1, 0.05, 0.025, 0.0125], Plateau(new() { Patience = 0, Factor = 0.5 }, 1, 1, 1, 1));
        Assert.Equal([0.1, 0.1, 0.05, 0.05, 0.05, 0.025], Plateau(new() { Patience = 0, Factor = 0.5, Cooldown = 2 }, 1, 1, 1, 1, 1));
        Assert.Equal([0.1, 0.1, 0.05, 0.04, 0.04], Plateau(new() { Patience = 0, Factor = 0.5, MinLr = 0.04 }, 1, 1, 1, 1));

        // A loss that falls from 2 to 1.85 has fallen by more than 0.1, but by less than a tenth.
        Assert.Equal([0.1, 0.1, 0.1], Plateau(new() { Patience = 0, Factor = 0.5, Threshold = 0.1, ThresholdMode = "abs" }, 2, 1.85));
        Assert.Equal([0.1, 0.1, 0.05], Plateau(new() { Patience = 0, Factor = 0.5, Threshold = 0.1, ThresholdMode = "rel" }, 2, 1.85));

        static double[] Plateau(ReduceLrOnPlateauConfig config, params double[] losses) => Rates(new LrSchedulerConfig { ReduceLrOnPlateau = config }, losses);
    }

    [Fact]
    public void Warm_up_schedules_follow_their_formulas()
    {
        var cosine = Rates(new LrSchedulerConfig { CosineAnnealingWarmup = new() { WarmupEpochs = 4, MaxEpochs = 12, WarmupStartLr = 0.02, EtaMin = 0.01 } }, Enumerable.Repeat(1.0, 12));
        var linear = Rates(new LrSchedulerConfig { LinearWarmupLinearDecay = new() { WarmupEpochs = 4, MaxEpochs = 12, WarmupStartLr = 0.02, EndLr = 0.01 } }, Enumerable.Repeat(1.0, 12));
        for (var epoch = 0; epoch <= 12; epoch++)
        {
            var after = (epoch - 4) / 8.0;
            Assert.Equal(epoch < 4 ? 0.02 + (0.08 * epoch / 4) : 0.01 + (0.09 * (1 + Math.Cos(Math.PI * after)) / 2), cosine[epoch], 12);
            Assert.Equal(epoch < 4 ? 0.02 + (0.08 * epoch / 4) : 0.1 - (0.09 * after), linear[epoch], 12);
        }
    }

    // Four channels of one cell each, whose errors are 1, 4, 9 and 16.
    [Theory]
    [InlineData(2.0, 1, null, 5.0, 5.0 * (4 + 9 + 16) / 3)]
    [InlineData(5.0, 1, null, 5.0, 5.0 * (9 + 16) / 2)]
    [InlineData(100.0, 3, null, 5.0, 5.0 * (4 + 9 + 16) / 3)]
    [InlineData(1.0, 1, 1, 5.0, 5.0 * 16)]
    [InlineData(2.0, 1, null, 0.5, 0.5 * (4 + 9 + 16) / 3)]
    public void Hard_keypoints_obey_each_option(double ratio, int least, int? most, double scale, double expected)
    {
        using var scope = NewDisposeScope();
        var predicted = tensor(new[] { 1f, 2f, 3f, 4f }).reshape(1, 4, 1, 1);
        var mining = new HardKeypointMiningConfig { OnlineMining = true, HardToEasyRatio = ratio, MinHardKeypoints = least, MaxHardKeypoints = most, LossScale = scale };
        Assert.Equal(expected, Losses.HardKeypoints(predicted, zeros_like(predicted), mining).item<float>(), 4);
    }

    private static double[] Rates(LrSchedulerConfig config, IEnumerable<double> losses)
    {
        var schedule = LearningRateSchedule.Create(config, 0.1, 100);
        var rates = new List<double> { schedule.LearningRate };
        foreach (var loss in losses)
        {
            schedule.EndEpoch(loss);
            rates.Add(Math.Round(schedule.LearningRate, 15));
        }

        return [.. rates];
    }
}
