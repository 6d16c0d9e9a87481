namespace SleapNn.Sweeps;

/// <summary>Random numbers that are the same for a seed everywhere (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).</summary>
internal sealed class SweepRandom(int seed)
{
    private ulong state = unchecked((ulong)seed);

    /// <summary>A number from 0, below 1, with 53 random bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
