using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Survival;

/// <summary>What a run takes does not grow with its epochs. bench/Memory.ps1 measures more of them.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Epochs = 12;
    private readonly TinyDataset data = new(animals: 2);

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_process_takes_no_more_in_its_last_epoch_than_after_its_second()
    {
        var config = Keys.KeyedHeads.WithHead(data.Config(Epochs, steps: 20), "bottomup");
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig { Geometric = new GeometricConfig { AffineP = 1 } };
        config.TrainerConfig.TrainDataLoader.NumWorkers = 2;
        var (path, folder) = (Path.Combine(data.Folder, "flat.yaml"), Path.Combine(data.Folder, "flat"));
        ConfigFile.Save(config, path);

        var largest = new long[Epochs + 1];
        using (var process = TrainingProcess.Start(path, folder))
        {
            for (var epoch = 0; epoch < Epochs && !process.HasExited; Thread.Sleep(5))
            {
                epoch = EpochsIn(folder);
                process.Refresh();
                largest[epoch] = process.HasExited ? largest[epoch] : Math.Max(largest[epoch], process.WorkingSet64);
            }

            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        var second = Math.Max(largest[2], largest[3]);
        // After the last epoch the model predicts, which is no part of this.
        Assert.True(second > 50_000_000, $"{second} bytes after the second epoch");
        Assert.True(largest[4..Epochs].Max() < 1.03 * second, string.Join(", ", largest.Select(bytes => bytes / 1_000_000)));
    }

    private static int EpochsIn(string folder)
    {
        var log = Path.Combine(folder, TrainingLog.FileName);
        return File.Exists(log) ? TrainingLog.Read(log).Count : 0;
    }
}
