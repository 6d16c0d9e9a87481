using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>Which devices a run takes, for machines with and without GPUs.</summary>
public sealed class TrainingDevicesTests
{
    [Theory]
    [InlineData("auto", "auto", null, 0, "auto")]
    [InlineData("auto", 2, null, 0, "auto,auto")]
    [InlineData("cpu", "auto", null, 4, "cpu")]
    [InlineData("cpu", 3, null, 4, "cpu,cpu,cpu")]
    [InlineData("auto", "auto", null, 3, "cuda:0,cuda:1,cuda:2")]
    [InlineData("gpu", "auto", null, 1, "cuda:0")]
    [InlineData("gpu", 2, null, 4, "cuda:1,cuda:3")]
    [InlineData("gpu", 1, null, 4, "cuda:3")]
    [InlineData("gpu", 4, null, 4, "cuda:0,cuda:1,cuda:2,cuda:3")]
    [InlineData("cuda", "2,0", null, 4, "cuda:2,cuda:0")]
    [InlineData("auto", new[] { 0 }, null, 0, "auto")]
    [InlineData("gpu", "auto", null, 0, "cuda")]
    [InlineData("gpu", "0,1", "cpu", 4, "cpu,cpu")]
    [InlineData("cpu", 2, "cuda", 2, "cuda:0,cuda:1")]
    [InlineData("cpu", 2, "cuda:1", 2, "cuda:1")]
    [InlineData("cpu", "auto", "CUDA:0, cuda:1", 2, "cuda:0,cuda:1")]
    public void Devices_are_those_that_Lightning_takes(string accelerator, object devices, string? asked, int gpus, string expected)
    {
        var config = new TrainerConfig { TrainerAccelerator = accelerator, TrainerDevices = devices };
        Assert.Equal(expected.Split(','), TrainingDevices.Choose(config, asked, gpus, () => [1, 5, 2, 9]));
    }

    [Theory]
    [InlineData("gpu", 3, "auto", null, "DeviceAbsent", "2 at most")]
    [InlineData("auto", "0,1", "auto", null, "DeviceAbsent", "names GPUs")]
    [InlineData("auto", 0, "auto", null, "TrainingDevicesUnsupported", "no device")]
    [InlineData("mps", 2, "auto", null, "TrainingDevicesUnsupported", "mps")]
    [InlineData("gpu", 2, "single_device", null, "TrainingDevicesUnsupported", "ddp")]
    [InlineData("gpu", 2, "fsdp", null, "TrainingStrategyUnsupported", "ddp")]
    [InlineData("gpu", "1,1", "auto", null, "TrainingDevicesUnsupported", "twice")]
    [InlineData("gpu", 2, "auto", "cuda:0,cuda:0", "TrainingDevicesUnsupported", "twice")]
    public void What_cannot_be_is_said(string accelerator, object devices, string strategy, string? asked, string id, string says)
    {
        var config = new TrainerConfig { TrainerAccelerator = accelerator, TrainerDevices = devices, TrainerStrategy = strategy };
        var gpus = accelerator == "gpu" ? 2 : 0;
        var error = Assert.ThrowsAny<SleapException>(() => TrainingDevices.Choose(config, asked, gpus, () => null));
        Assert.Equal(id, error.ErrorId);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 2, "0+4 4+4")]
    [InlineData(5, 2, "0+3 3+2")]
    [InlineData(2, 3, "0+1 1+1")]
    [InlineData(7, 1, "0+7")]
    public void A_batch_is_shared_out_evenly(int samples, int replicas, string expected) =>
        Assert.Equal(expected, string.Join(' ', ModelReplicas.Share(samples, replicas).Select(part => $"{part.Start}+{part.Count}")));

    [Theory]
    [InlineData(4, 0, "0+4")]
    [InlineData(4, 96 * 96, "0+4")]
    [InlineData(4, 384 * 384, "0+1 1+1 2+1 3+1")]
    [InlineData(5, 300 * 300, "0+2 2+2 4+1")]
    [InlineData(3, 4000 * 4000, "0+1 1+1 2+1")]
    public void Large_images_are_taken_in_pieces(int samples, long pixels, string expected) =>
        Assert.Equal(expected, string.Join(' ', ModelReplicas.Pieces(samples, pixels).Select(piece => $"{piece.Start}+{piece.Count}")));
}
