namespace SleapNn.Runtime;

/// <summary>By how much the memory of this process, or the used memory of a GPU, grows at most while something runs.</summary>
internal sealed class MemoryGrowth
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private readonly string device;
    private readonly long? before;
    private readonly Thread? sampler;
    private volatile bool isOver;
    private long peak;

    private MemoryGrowth(string device)
    {
        this.device = device;
        if (device != "cpu")
        {
            // A GPU's memory stays with the process that took it, so that the state at the end is the peak.
            before = FreeOnGpu();
            return;
        }

        before = Environment.WorkingSet;
        peak = before.Value;
        sampler = new Thread(Sample) { IsBackground = true, Name = "SleapNn memory" };
        sampler.Start();
    }

    /// <summary>Starts to watch.</summary>
    /// <param name="device"><c>cpu</c> for this process, or <c>cuda:0</c> and the like.</param>
    public static MemoryGrowth Start(string device) => new(device);

    /// <summary>Ends it.</summary>
    /// <returns>The growth in bytes; null where the system does not tell.</returns>
    public long? Stop()
    {
        isOver = true;
        sampler?.Join();
        return device == "cpu" ? Math.Max(peak, Environment.WorkingSet) - before : before - FreeOnGpu();
    }

    private void Sample()
    {
        while (!isOver)
        {
            peak = Math.Max(peak, Environment.WorkingSet);
            Thread.Sleep(Interval);
        }
    }

    private long? FreeOnGpu() => NvidiaGpus.Find()?.FirstOrDefault(gpu => gpu.Id == device)?.FreeMemoryBytes;
}
