using System.Collections;
using System.Globalization;

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
        ModelChecks.Check(config, findings);
        DataChecks.Check(config, findings);
        TrainerChecks.Check(config, findings);
        FileChecks.Check(config, baseFolder ?? Directory.GetCurrentDirectory(), findings);
        return [.. findings.Items.OrderByDescending(finding => finding.Severity)];
    }

    // Lists can be changed without their property noticing.
    private static void CheckValues(ConfigNode node, string path, ConfigFindings findings)
    {
        foreach (var key in ConfigSchema.Of(node.GetType()))
        {
            var at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
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

        foreach (DictionaryEntry entry in node.Extra)
        {
            CheckCarried(node, path.Length == 0 ? (string)entry.Key : $"{path}.{entry.Key}", entry.Value, findings);
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

/// <summary>Collects findings.</summary>
internal sealed class ConfigFindings
{
    public List<ConfigFinding> Items { get; } = [];

    public void Error(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Error, message, fix));

    public void Warning(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Warning, message, fix));

    public void Information(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Information, message, fix));

    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
