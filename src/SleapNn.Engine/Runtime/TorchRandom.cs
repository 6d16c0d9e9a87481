using TorchSharp;

namespace SleapNn.Runtime;

/// <summary>
/// torch's random generator. A process has one, so that runs side by side (a sweep with <c>ForEach-Object -Parallel</c>)
/// would reseed it under each other: whoever needs the same numbers for the same seed draws them here.
/// </summary>
internal static class TorchRandom
{
    private static readonly object Gate = new();

    /// <summary>Draws from a seed; nobody else seeds until it is done.</summary>
    /// <typeparam name="T">What is drawn.</typeparam>
    /// <param name="seed">The seed.</param>
    /// <param name="draw">Draws.</param>
    /// <returns>What was drawn.</returns>
    public static T Draw<T>(long seed, Func<T> draw)
    {
        lock (Gate)
        {
            torch.manual_seed(seed);
            return draw();
        }
    }

    /// <summary>Sets the seed for what follows, once nobody draws from one of theirs.</summary>
    /// <param name="seed">The seed.</param>
    public static void Seed(long seed)
    {
        lock (Gate)
        {
            torch.manual_seed(seed);
        }
    }
}
