namespace SleapNn.Tests.Module;

/// <summary>A test with the make-believe Slurm, whose programs are bash scripts; skipped, saying so, elsewhere than on Linux.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "The make-believe Slurm is made of bash scripts.";
        }
    }
}
