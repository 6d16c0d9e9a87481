using SleapNn.Runtime;

namespace SleapNn.Tests.Runtime;

public sealed class SystemReportTests : TorchTest
{
    [Fact]
    public void What_works_is_told_with_versions_and_libraries()
    {
        var system = SystemReport.Create("1.2.3", "7.5.0");

        Assert.True(system.Torch.Works);
        Assert.True(system.OpenCv.Works);
        Assert.StartsWith("2.", system.LibtorchVersion);
        Assert.StartsWith("4.", system.OpenCvVersion);
        Assert.Equal(("1.2.3", "7.5.0"), (system.ModuleVersion, system.PowerShellVersion));
        Assert.Equal(1, system.Threads);
        Assert.Contains(system.Devices, device => device is { Id: "cpu", Works: true, MemoryBytes: > 0 });
        Assert.Contains(system.AutoDevice, system.Devices.Select(device => device.Id));
        Assert.Contains(system.NativeLibraries, library => library.Name.Contains("torch_cpu", StringComparison.Ordinal) && library.SizeBytes > 0);
        Assert.Contains(system.NativeLibraries, library => library.Name.Contains("OpenCvSharpExtern", StringComparison.Ordinal));
        Assert.All(new[] { system.Cuda, system.Mps }, status => Assert.Equal(status.Works, status.Reason is null));
        Assert.NotNull(system.MemoryLayout);
    }

    [Fact]
    public void Where_torch_cannot_be_loaded_the_reason_is_told_and_the_rest_too()
    {
        var system = SystemReport.Create(
            "1.0", "7.5.0", () => throw new RuntimeException("NativeLibraryMissing", "The library is missing. Install it."), () => throw new DllNotFoundException("no such file"), NvidiaGpus.Parse(Answer));

        Assert.Equal("The library is missing. Install it.", system.Torch.Reason);
        Assert.Equal("no such file", system.OpenCv.Reason);
        Assert.NotNull(system.OpenCv.Advice);
        Assert.Equal("torch does not work.", system.Cuda.Reason);
        Assert.Null(system.LibtorchVersion);
        Assert.Null(system.AutoDevice);
        Assert.Null(system.Threads);
        Assert.All(system.Devices, device => Assert.False(device.Works));
        Assert.Equal(3, system.Devices.Count);
    }

    [Fact]
    public void A_GPU_that_torch_cannot_use_is_listed_with_what_to_do()
    {
        var system = SystemReport.Create("1.0", "7.5.0", () => { }, () => { }, NvidiaGpus.Parse(Answer));

        if (system.Cuda.Works)
        {
            return;
        }

        Assert.Contains("NVIDIA H100 80GB HBM3", system.Cuda.Reason);
        Assert.NotEmpty(system.Cuda.Advice!);
        Assert.Equal("cpu", system.Devices[0].Id);
    }

    [Fact]
    public void The_answer_of_the_driver_is_read()
    {
        var gpus = NvidiaGpus.Parse(Answer);

        Assert.Equal(["cuda:0", "cuda:1"], gpus.Select(gpu => gpu.Id));
        Assert.Equal((81559L << 20, 81000L << 20, "550.54.15", "9.0"), (gpus[0].MemoryBytes, gpus[0].FreeMemoryBytes, gpus[0].Driver, gpus[0].ComputeCapability));
        Assert.Null(gpus[1].MemoryBytes);
        Assert.Empty(NvidiaGpus.Parse("No devices were found\n"));
    }

    private const string Answer = "0, NVIDIA H100 80GB HBM3, 81559, 81000, 550.54.15, 9.0\n1, Other, [N/A], [N/A], 550.54.15, [N/A]\n";
}
