using System.Collections;

namespace SleapNn.Configuration;

/// <summary>Checks a configuration as a whole: what its keys mean together, what sleap-nn would reject or silently change, and which files are missing.</summary>
public static class ConfigValidator
{
    /// <summary>Checks a configuration.</summary>
    /// <param name="config">The configuration, which is not changed.</param>
    /// <param name="baseFolder">The folder to which its relative paths are relative; null means the current one.</param>
    /// <returns>What was found, errors first; nothing when all is well.</returns>
    public static IReadOnlyList<ConfigFinding> Validate(SleapConfig config, string? baseFolder = null)
    {
        var findings = new ConfigFindings();
        CheckValues(config, "", findings);
        CheckCarriedKeys(config, "", findings);
        ModelChecks.Check(config, findings);
        DataChecks.Check(config, findings);
        TrainerChecks.Check(config, findings);
        EffectChecks.Check(config, findings);
        FileChecks.Check(config, baseFolder ?? Directory.GetCurrentDirectory(), findings);
        return [.. findings.Items.OrderByDescending(finding => finding.Severity)];
    }

    /// <summary>The keys of newer sleap-nn versions that a configuration carries without effect.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>One finding for each.</returns>
    internal static IReadOnlyList<ConfigFinding> CarriedKeysOf(SleapConfig config)
    {
        var findings = new ConfigFindings();
        CheckCarriedKeys(config, "", findings);
        return findings.Items;
    }

    /// <summary>The settings that ask for something which is not done yet.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>One warning for each.</returns>
    internal static IReadOnlyList<ConfigFinding> WithoutEffect(SleapConfig config)
    {
        var findings = new ConfigFindings();
        EffectChecks.Check(config, findings);
        return findings.Items;
    }

    /// <summary>What the sections of the data and of the trainer ask for that cannot be, or not together, devices aside: what stands there may be overruled.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>One error for each.</returns>
    internal static IReadOnlyList<ConfigFinding> Contradictions(SleapConfig config)
    {
        var findings = new ConfigFindings();
        DataChecks.Check(config, findings);
        TrainerChecks.Check(config, findings);
        return findings.Items.FindAll(finding => finding.Severity == FindingSeverity.Error
            && !finding.Path.StartsWith("trainer_config.trainer_", StringComparison.Ordinal)
            && (config.DataConfig.UseAugmentationsTrain || !finding.Path.StartsWith("data_config.augmentation_config", StringComparison.Ordinal)));
    }

    private static void CheckCarriedKeys(ConfigNode node, string path, ConfigFindings findings)
    {
        foreach (var key in ConfigSchema.Of(node.GetType()).Where(key => key.IsSection))
        {
            if (key.Get(node) is ConfigNode section)
            {
                CheckCarriedKeys(section, Join(path, key.Name), findings);
            }
        }

        foreach (DictionaryEntry entry in node.Extra)
        {
            CheckCarried(node, Join(path, (string)entry.Key), entry.Value, findings);
        }
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    // Lists can be changed without their property noticing.
    private static void CheckValues(ConfigNode node, string path, ConfigFindings findings)
    {
        foreach (var key in ConfigSchema.Of(node.GetType()))
        {
            var at = Join(path, key.Name);
            var value = key.Get(node);
            if (value is ConfigNode section)
            {
                CheckValues(section, at, findings);
                continue;
            }

            try
            {
                key.Check(value);
            }
            catch (ConfigException e)
            {
                findings.Error(at, e.Message, "Give it an accepted value.");
            }
        }
    }

    private static void CheckCarried(ConfigNode node, string path, object? value, ConfigFindings findings)
    {
        const string Fix = "Nothing needs to be done: the key is kept when the configuration is saved.";
        switch (node, value)
        {
            case (HeadConfigs or BackboneConfig, not null):
                findings.Error(path, $"{path} asks for a {(node is HeadConfigs ? "head" : "backbone")} of newer sleap-nn versions that this module does not build.",
                    "Use one of: " + string.Join(", ", ConfigSchema.Of(node.GetType()).Select(key => key.Name)) + ".");
                break;
            case (_, IDictionary tiling) when path.EndsWith(".tiling", StringComparison.Ordinal) && tiling["enabled"] is true:
                findings.Warning(path, "Training on tiles is not done here: whole frames are used.", "Set tiling.enabled to false, or train with sleap-nn.");
                break;
            case (_, not null):
                findings.Information(path, $"{path} is a key of newer sleap-nn versions that has no effect here.", Fix);
                break;
        }
    }
}
