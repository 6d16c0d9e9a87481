namespace SleapNn.Tests.Runtime;

/// <summary>A test of what only Windows does; skipped, saying so, elsewhere.</summary>
internal sealed class WindowsFactAttribute : FactAttribute
{
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows())
        {
            Skip = "This is about files that Windows does not replace while they are open.";
        }
    }
}
