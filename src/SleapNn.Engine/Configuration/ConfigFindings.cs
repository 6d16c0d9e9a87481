using System.Globalization;

namespace SleapNn.Configuration;

/// <summary>Collects findings.</summary>
internal sealed class ConfigFindings
{
    public List<ConfigFinding> Items { get; } = [];

    public void Error(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Error, message, fix));

    public void Warning(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Warning, message, fix));

    public void Information(string path, string message, string fix) => Items.Add(new(path, FindingSeverity.Information, message, fix));

    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
