namespace SleapNn.Augmentation;

/// <summary>
/// Random numbers that depend on nothing but the numbers they are seeded with: the same on every machine, for every
/// number of workers and in every order of samples. SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
public sealed class SeededRandom
{
    private ulong state;

    /// <summary>Starts a sequence.</summary>
    /// <param name="seeds">What the sequence is for, such as the run's seed, the pass over the data and the sample.</param>
    public SeededRandom(params ReadOnlySpan<long> seeds)
    {
        foreach (var seed in seeds)
        {
            state = Mix(state ^ Mix((ulong)seed + 0x9E3779B97F4A7C15));
        }
    }

    /// <summary>A number from 0 up to but not including 1.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number between two others.</summary>
    /// <param name="minimum">The lower end.</param>
    /// <param name="maximum">The upper end.</param>
    /// <returns>The number.</returns>
    public double Uniform(double minimum, double maximum) => minimum + ((maximum - minimum) * NextDouble());

    /// <summary>A whole number from 0 up to but not including the count.</summary>
    /// <param name="count">How many numbers to choose from, at least 1.</param>
    /// <returns>The number.</returns>
    public int Next(int count) => (int)(NextDouble() * count);

    /// <summary>True with a probability; takes a number from the sequence either way.</summary>
    /// <param name="probability">From 0 to 1.</param>
    /// <returns>Whether it happened.</returns>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A normally distributed number with mean 0 and standard deviation 1.</summary>
    /// <returns>The number.</returns>
    public double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>The numbers 0 .. count - 1 in random order.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The permutation.</returns>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }
}
