using SleapNn.Configuration;
using SleapNn.Runtime;

namespace SleapNn.Tests.Runtime;

public class DeviceSpreadTests
{
    private static readonly string[] Two = ["cuda:0", "cuda:1"];

    [Fact]
    public void Runs_take_the_gpus_in_turn_where_any_will_do()
    {
        Assert.Equal(["cuda:0", "cuda:1", "cuda:0"], Enumerable.Range(0, 3).Select(slot => DeviceSpread.For(slot, null, new TrainerConfig(), Two)));
        Assert.Equal("cuda:1", DeviceSpread.For(1, "auto", new TrainerConfig { TrainerAccelerator = "cpu" }, Two));
        Assert.Equal("cuda:1", DeviceSpread.For(1, "cuda", new TrainerConfig(), Two));
        Assert.Equal("cuda:1", DeviceSpread.For(1, null, new TrainerConfig { TrainerAccelerator = "gpu", TrainerDevices = 1 }, Two));
    }

    [Fact]
    public void A_device_that_was_named_stays_and_nothing_changes_without_several_gpus()
    {
        Assert.Equal("cuda:0", DeviceSpread.For(1, "cuda:0", new TrainerConfig(), Two));
        Assert.Equal("cpu", DeviceSpread.For(1, "cpu", new TrainerConfig(), Two));
        Assert.Null(DeviceSpread.For(1, null, new TrainerConfig { TrainerAccelerator = "cpu" }, Two));
        Assert.Null(DeviceSpread.For(1, null, new TrainerConfig { TrainerAccelerator = "gpu", TrainerDeviceIndices = [1] }, Two));
        Assert.Null(DeviceSpread.For(1, null, new TrainerConfig { TrainerDevices = 2 }, Two));
        Assert.Equal("cuda", DeviceSpread.For(1, "cuda", new TrainerConfig { TrainerDeviceIndices = [1] }, Two));
        Assert.Null(DeviceSpread.For(1, null, new TrainerConfig(), ["cuda:0"]));
        Assert.Equal("auto", DeviceSpread.For(1, "auto", new TrainerConfig(), []));
    }
}
