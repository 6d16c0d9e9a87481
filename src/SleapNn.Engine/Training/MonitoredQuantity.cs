using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>The quantity by which epochs are compared (<c>trainer_config.model_ckpt.monitor</c>).</summary>
internal static class MonitoredQuantity
{
    /// <summary>Its value in an epoch: losses by the names of old and new versions of sleap-nn, the others by their columns.</summary>
    /// <returns>NaN where the epoch has none.</returns>
    public static double Of(TrainingLogEntry entry, string monitor) => monitor switch
    {
        "val/loss" or "val_loss" => entry.ValLoss,
        "train/loss" or "train_loss" => entry.TrainLoss,
        _ => entry.Other.TryGetValue(monitor, out var value) ? value : double.NaN,
    };

    /// <summary>The best epoch; null where none has a value.</summary>
    public static TrainingLogEntry? BestOf(IEnumerable<TrainingLogEntry> log, ModelCkptConfig config) =>
        log.Where(entry => double.IsFinite(Of(entry, config.Monitor))).MinBy(entry => Rank(entry, config));

    /// <summary>A number that is the smaller, the better an epoch is.</summary>
    public static double Rank(TrainingLogEntry entry, ModelCkptConfig config) =>
        config.Mode == "max" ? -Of(entry, config.Monitor) : Of(entry, config.Monitor);
}
