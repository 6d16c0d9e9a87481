namespace SleapNn.Tests.Training;

/// <summary>A theory that needs a disk of its own; skipped, saying why, where it can have none.</summary>
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() => Skip = SmallDisk.Absence;
}
