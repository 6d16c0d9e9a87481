using System.Diagnostics;
using SleapNn.Runtime;
using static TorchSharp.torch;

namespace SleapNn.Tests.Runtime;

/// <summary>Memory that torch has freed is kept for the next step, and handed back when it is asked for.</summary>
public sealed class NativeHeapTests : TorchTest
{
    private const int Megabytes = 200;

    [LinuxFact]
    public void What_torch_has_freed_goes_back_to_the_system()
    {
        NativeHeap.GiveBack();
        var before = ResidentMegabytes();
        var blocks = Enumerable.Range(0, Megabytes).Select(_ => ones(1 << 20, dtype: ScalarType.Byte)).ToList();
        blocks.ForEach(block => block.Dispose());
        Assert.True(ResidentMegabytes() > before + (Megabytes / 2), "nothing is kept, so that the test shows nothing");
        NativeHeap.GiveBack();
        Assert.True(ResidentMegabytes() < before + (Megabytes / 2), "what is free is not handed back");
    }

    private static long ResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 >> 20;
    }
}
