namespace SleapNn.Tests.Runtime;

/// <summary>A test of what only Linux has; skipped, saying so, elsewhere.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "This is about what only Linux has.";
        }
    }
}
