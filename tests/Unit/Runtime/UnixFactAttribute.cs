namespace SleapNn.Tests.Runtime;

/// <summary>A test of what Windows does not do; skipped there, saying so.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows does not do this.";
        }
    }
}
