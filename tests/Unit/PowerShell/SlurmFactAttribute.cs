namespace SleapNn.Tests.Module;

/// <summary>A test on a real Slurm, which the task Slurm starts; skipped, saying so, elsewhere.</summary>
internal sealed class SlurmFactAttribute : FactAttribute
{
    public SlurmFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SLEAPNN_SLURM")))
        {
            Skip = "It needs a Slurm, which './build.sh Slurm' starts.";
        }
    }
}
