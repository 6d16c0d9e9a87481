namespace SleapNn.Tests.Training;

/// <summary>Handles progress on the thread that reports it.</summary>
internal sealed class Immediate(Action<TrainingProgress> handle) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => handle(value);
}
