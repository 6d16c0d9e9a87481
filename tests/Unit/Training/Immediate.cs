namespace SleapNn.Tests.Training;

/// <summary>Handles progress on the thread that reports it.</summary>
internal sealed class Immediate(Action<TrainingProgress> handle) : IProgress<TrainingProgress>
{
    /// <summary>Adds the warnings to a list.</summary>
    public static Immediate WarningsTo(List<string> warnings) => new(p => warnings.AddRange(p.IsWarning ? [p.Message!] : []));

    public void Report(TrainingProgress value) => handle(value);
}
