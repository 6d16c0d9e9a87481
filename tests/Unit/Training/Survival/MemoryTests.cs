using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Survival;

/// <summary>What a run takes does not grow with its epochs. bench/Memory.ps1 measures more of them.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Epochs = 80;

    // Until then code that is met for the first time adds to what the process takes, and what the start left behind goes.
    private const int Settled = 40;
    private readonly TinyDataset data = new(animals: 2);

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_process_takes_no_more_in_late_epochs_than_in_early_ones()
    {
        var config = Keys.KeyedHeads.WithHead(data.Config(Epochs, steps: 20), "bottomup");
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig { Geometric = new GeometricConfig { AffineP = 1 } };
        config.TrainerConfig.TrainDataLoader.NumWorkers = 2;
        config.TrainerConfig.EarlyStopping.StopTrainingOnPlateau = false;
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

        // After the last epoch the model predicts, which is no part of this.
        var early = largest[Settled..(Settled + 10)].Max();
        Assert.True(early > 50_000_000, $"{early} bytes in early epochs");
        Assert.True(largest[(Settled + 10)..Epochs].Max() < 1.015 * early, string.Join(", ", largest.Select(bytes => bytes / 1_000_000)));
    }

    private static int EpochsIn(string folder)
    {
        var log = Path.Combine(folder, TrainingLog.FileName);
        return File.Exists(log) ? TrainingLog.Read(log).Count : 0;
    }
}
