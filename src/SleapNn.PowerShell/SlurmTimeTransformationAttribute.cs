using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace SleapNn.PowerShell;

/// <summary>
/// Lets a parameter take times as Slurm writes them: minutes, <c>hours:minutes:seconds</c>, <c>days-hours</c>,
/// <c>days-hours:minutes</c> and <c>days-hours:minutes:seconds</c>, besides those of .NET.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class SlurmTimeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is TimeSpan time)
        {
            return Positive(time, given);
        }

        var text = Convert.ToString(given, CultureInfo.InvariantCulture) ?? "";
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes < 1e7)
        {
            return Positive(TimeSpan.FromMinutes(minutes), given);
        }

        var match = Form().Match(text);
        return match.Success
            ? Positive(new TimeSpan(Number("days"), Number("hours"), Number("minutes"), Number("seconds")), given)
            : throw Wrong(given);

        int Number(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    private static object Positive(TimeSpan time, object given) => time > TimeSpan.Zero ? time : throw Wrong(given);

    private static ArgumentTransformationMetadataException Wrong(object given) =>
        new($"'{given}' is no time: give minutes (90), hours:minutes:seconds (1:30:00), days-hours (2-12), or a TimeSpan.");

    [GeneratedRegex(@"^(?:(?<days>\d{1,4})[-.])?(?<hours>\d{1,4}):(?<minutes>\d{1,2}):(?<seconds>\d{1,2})$|^(?<days>\d{1,4})-(?<hours>\d{1,4})(?::(?<minutes>\d{1,2}))?$")]
    private static partial Regex Form();
}
