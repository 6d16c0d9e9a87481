using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Errors that say of which run of several they are.</summary>
internal static class SweepErrors
{
    /// <summary>The error with the run's name before it, where the run has one.</summary>
    public static SleapException Named(SleapException error, SleapConfig config) => config.TrainerConfig.RunName is { Length: > 0 } name
        ? new TrainingException(error.ErrorId, $"{name}: {error.Message}", error.Target, error)
        : error;
}
