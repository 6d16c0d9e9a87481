using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using SleapNn.Configuration;

namespace SleapNn.Sweeps;

/// <summary>What a random value is drawn from.</summary>
internal abstract partial record Distribution
{
    private const string Known = "uniform(low, high), loguniform(low, high), int(low, high), logint(low, high), choice(a, b, ...) or a list of values";

    /// <summary>Draws a value. Fractions have four significant digits, so that a run's name can say the whole value.</summary>
    public abstract object? Draw(SweepRandom random);

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="path">The key, for the message.</param>
    /// <param name="value">A text such as <c>uniform(0, 1)</c>, or a list.</param>
    /// <exception cref="ConfigException">It is neither.</exception>
    public static Distribution Parse(string path, object? value)
    {
        if (value is IList { Count: > 0 } list)
        {
            return new Choice([.. list.Cast<object?>()]);
        }

        if (value is not string text || Call().Match(text) is not { Success: true } match)
        {
            throw Unknown(path, value);
        }

        var arguments = match.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries);
        var name = match.Groups[1].Value.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        if (name == "choice" && arguments.All(argument => argument.Length > 0))
        {
            return new Choice([.. arguments.Select(argument => YamlScalars.Resolve(argument))]);
        }

        if (name is not ("uniform" or "loguniform" or "int" or "logint"))
        {
            throw Unknown(path, value);
        }

        if (arguments.Length != 2
            || !double.TryParse(arguments[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var low)
            || !double.TryParse(arguments[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var high)
            || !double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw new ConfigException("SweepDistribution", $"{path}: {name} takes two numbers, the lower one first; '{text}' was given.", path);
        }

        if (name.StartsWith("log", StringComparison.Ordinal) && low <= 0)
        {
            throw new ConfigException("SweepDistribution", $"{path}: {name} takes numbers above 0; '{text}' was given.", path);
        }

        if (name.EndsWith("int", StringComparison.Ordinal) && (low != Math.Floor(low) || high != Math.Floor(high) || low < int.MinValue || high >= int.MaxValue))
        {
            throw new ConfigException("SweepDistribution", $"{path}: {name} takes two whole numbers; '{text}' was given.", path);
        }

        return new Range(low, high, name.StartsWith("log", StringComparison.Ordinal), name.EndsWith("int", StringComparison.Ordinal));
    }

    private static ConfigException Unknown(string path, object? value) =>
        new("SweepDistribution", $"{path}: random values are drawn from {Known}; {ConfigValue.Show(value)} was given.", path);

    [GeneratedRegex(@"^\s*([A-Za-z_-]+)\s*\((.*)\)\s*$")]
    private static partial Regex Call();

    private sealed record Choice(IReadOnlyList<object?> Values) : Distribution
    {
        public override object? Draw(SweepRandom random) => Values[(int)(random.NextDouble() * Values.Count)];
    }

    private sealed record Range(double Low, double High, bool IsLogarithmic, bool IsWhole) : Distribution
    {
        public override object? Draw(SweepRandom random)
        {
            // A whole number has a share as wide as the others', its bounds included.
            var (low, high) = IsWhole ? (Low, High + 1) : (Low, High);
            var share = random.NextDouble();
            var value = IsLogarithmic ? low * Math.Pow(high / low, share) : low + ((high - low) * share);
            if (IsWhole)
            {
                return (int)Math.Clamp(Math.Floor(value), Low, High);
            }

            var rounded = double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            return Math.Clamp(rounded, Low, High);
        }
    }
}
