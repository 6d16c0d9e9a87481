namespace SleapNn.Tests.Runtime;

/// <summary>A test of what only Windows does; skipped, saying so, elsewhere.</summary>
internal sealed class WindowsFactAttribute : FactAttribute
{
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows())
        {
            Skip = "This is about what only Windows does.";
        }
    }
}
