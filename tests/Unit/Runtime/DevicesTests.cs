using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Tests.Runtime;

public class DevicesTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("CPU")]
    [InlineData(" cpu ")]
    public void The_cpu_is_always_there(string name) => Assert.Equal(DeviceType.CPU, Devices.Resolve(name).type);

    [Fact]
    public void Auto_takes_the_best_device_there_is()
    {
        foreach (var name in new[] { "auto", null })
        {
            var device = Devices.Resolve(name);
            Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : torch.mps_is_available() ? DeviceType.MPS : DeviceType.CPU, device.type);
        }
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("cuda:2147483647")]
    public void A_device_that_is_absent_is_an_error_and_never_replaced(string name) =>
        Assert.Equal("DeviceAbsent", Assert.Throws<RuntimeException>(() => Devices.Resolve(name)).ErrorId);

    [Theory]
    [InlineData("")]
    [InlineData("tpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1.5")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0:0")]
    public void A_name_that_is_no_device_is_an_error_that_lists_the_names(string name)
    {
        var error = Assert.Throws<RuntimeException>(() => Devices.Resolve(name));
        Assert.Equal("DeviceUnknown", error.ErrorId);
        Assert.Contains("auto, cpu, cuda", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("gpu")]
    [InlineData("cuda:0")]
    public void Cuda_is_there_or_an_error(string name)
    {
        if (torch.cuda.is_available())
        {
            Assert.Equal(DeviceType.CUDA, Devices.Resolve(name).type);
        }
        else
        {
            Assert.Equal("DeviceAbsent", Assert.Throws<RuntimeException>(() => Devices.Resolve(name)).ErrorId);
        }
    }
}
