using System.Runtime.InteropServices;
using SleapNn.Configuration;
using SleapNn.Tests.Runtime;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Survival;

/// <summary>
/// What a run holds does not grow with its epochs. Counted is what is allocated, by torch and by the collector, which does not
/// depend on how busy the machine is; what the process takes of the system for it is measured by bench/Memory.ps1.
/// </summary>
public sealed class MemoryTests : IDisposable
{
    private const int Epochs = 40;

    // Until then code that is met for the first time adds to what is held.
    private const int Settled = 10;
    private const int Steps = 20;
    private const int LimitBytesAStep = 500;
    private readonly TinyDataset data = new(animals: 2);

    public void Dispose() => data.Dispose();

    [LinuxFact]
    public void A_run_holds_no_more_in_late_epochs_than_in_early_ones()
    {
        var config = Keys.KeyedHeads.WithHead(data.Config(Epochs, Steps), "bottomup");
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig { Geometric = new GeometricConfig { AffineP = 1 } };
        config.TrainerConfig.TrainDataLoader.NumWorkers = 2;
        config.TrainerConfig.EarlyStopping.StopTrainingOnPlateau = false;

        using var watch = new Watch();
        Trainer.Run(new TrainingRequest { Config = config, OutputPath = Path.Combine(data.Folder, "flat") }, [watch]);
        Assert.Equal(Epochs, watch.Held.Count);

        // The median, since code that is compiled anew, or a heap that is trimmed, makes single steps of megabytes up or down.
        var growth = watch.Held.Zip(watch.Held.Skip(1), (before, after) => after - before).Skip(Settled).Order().ToList();
        Assert.True(growth[growth.Count / 2] < Steps * LimitBytesAStep, $"Bytes held after each epoch: {string.Join(", ", watch.Held)}");
    }

    private sealed class Watch : IRunObserver
    {
        public List<long> Held { get; } = [];

        public void EpochEnded(TrainingLogEntry entry)
        {
            // What nobody holds any more is no leak.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Held.Add(GC.GetTotalMemory(forceFullCollection: true) + Allocated.Bytes);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>What the C library has handed out, in all its heaps and in blocks of their own.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Allocated
    {
        private readonly nuint arena, freeChunks, fastBlocks, mappedBlocks, mapped, unused, fastBytes, handedOut, free, trimmable;

        public static long Bytes
        {
            get
            {
                var now = Read();
                return (long)(now.handedOut + now.mapped);
            }
        }

        [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
        private static extern Allocated Read();
    }
}
