using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>Demands a length of time between two numbers of seconds.</summary>
/// <param name="minSeconds">The shortest.</param>
/// <param name="maxSeconds">The longest.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateDurationAttribute(double minSeconds, double maxSeconds) : ValidateArgumentsAttribute
{
    /// <summary>The shortest, in seconds.</summary>
    public double MinSeconds { get; } = minSeconds;

    /// <summary>The longest, in seconds.</summary>
    public double MaxSeconds { get; } = maxSeconds;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && (time.TotalSeconds < MinSeconds || time.TotalSeconds > MaxSeconds))
        {
            throw new ValidationMetadataException($"{time} is not from {TimeSpan.FromSeconds(MinSeconds)} to {TimeSpan.FromSeconds(MaxSeconds)}.");
        }
    }
}
