using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace SleapNn.PowerShell;

/// <summary>
/// Lets a parameter that is a length of time take numbers, which are seconds, and text such as <c>90s</c>, <c>10m</c>,
/// <c>1.5h</c> or <c>00:10:00</c>. PowerShell itself would take a number for ticks of 100 nanoseconds.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        TimeSpan time => time,
        string text => Parse(text) ?? throw new ArgumentTransformationMetadataException(
            $"'{text}' is no length of time. Give seconds, or a number with its unit such as 90s, 10m or 1.5h, or hours, minutes and seconds such as 00:10:00."),

        // PowerShell reads 2d without quotes as the decimal number 2.
        decimal number => throw new ArgumentTransformationMetadataException($"{number}d is a decimal number to PowerShell. For days, put quotes around it: '{number}d'; for seconds, leave the d out."),
        IConvertible number and not bool and not DateTime => TimeSpan.FromSeconds(number.ToDouble(CultureInfo.InvariantCulture)),
        _ => inputData,
    };

    private static TimeSpan? Parse(string text)
    {
        if (Number().Match(text.Trim()) is { Success: true } match)
        {
            var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            return match.Groups[2].Value.ToLowerInvariant() switch
            {
                "ms" => TimeSpan.FromMilliseconds(value),
                "m" or "min" => TimeSpan.FromMinutes(value),
                "h" => TimeSpan.FromHours(value),
                "d" => TimeSpan.FromDays(value),
                _ => TimeSpan.FromSeconds(value),
            };
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    [GeneratedRegex(@"^([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s|sec|m|min|h|d)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
