namespace SleapNn.Tests;

/// <summary>A test that needs the reference data; skipped, saying so, where they are absent.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedData.Root is null)
        {
            Skip = SharedData.Absent;
        }
    }
}

/// <summary>A theory that needs the reference data; skipped, saying so, where they are absent.</summary>
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedData.Root is null)
        {
            Skip = SharedData.Absent;
        }
    }
}
