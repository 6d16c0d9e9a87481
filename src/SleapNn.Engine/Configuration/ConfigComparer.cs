namespace SleapNn.Configuration;

/// <summary>Finds in what two configurations differ.</summary>
public static class ConfigComparer
{
    /// <summary>The keys in which two configurations differ, in the order in which they are written.</summary>
    /// <remarks>A section that only one of them has is compared key by key. API keys are compared, but shown as a mask.</remarks>
    /// <param name="reference">The first configuration.</param>
    /// <param name="difference">The second configuration.</param>
    /// <returns>The differences; none when the two say the same.</returns>
    public static IReadOnlyList<ConfigDifference> Compare(SleapConfig reference, SleapConfig difference)
    {
        var before = ConfigMap.Flatten(ConfigMap.Of(reference));
        var after = ConfigMap.Flatten(ConfigMap.Of(difference));
        var paths = before.Keys.Cast<string>().Concat(after.Keys.Cast<string>().Where(path => !before.Contains(path)));
        var differences = paths
            .Where(path => !ConfigMap.AreEqual(before[path], after[path]))
            .Select(path => new ConfigDifference(path, before[path], after[path]))
            .ToList();
        if (reference.TrainerConfig.Wandb.RevealApiKey() is { } first && difference.TrainerConfig.Wandb.RevealApiKey() is { } second && first != second)
        {
            differences.Add(new ConfigDifference("trainer_config.wandb.api_key", WandbConfig.Mask, WandbConfig.Mask));
        }

        return differences;
    }
}
