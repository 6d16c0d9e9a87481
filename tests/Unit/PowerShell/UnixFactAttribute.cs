namespace SleapNn.Tests.Module;

/// <summary>A test that needs a shell and programs of its own making in PATH; skipped, saying so, on Windows.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "There is no /bin/sh on Windows.";
        }
    }
}
