using TorchSharp;

namespace SleapNn.Runtime;

/// <summary>
/// torch's random generator. A process has one, so that runs side by side (a sweep with <c>ForEach-Object -Parallel</c>)
/// would reseed it under each other, or take the numbers that belong to another's seed: whoever draws does it here.
/// </summary>
internal static class TorchRandom
{
    private static readonly object Gate = new();

    /// <summary>Draws; nobody else draws or seeds until it is done.</summary>
    /// <typeparam name="T">What is drawn.</typeparam>
    /// <param name="seed">The seed; null draws from where the generator stands.</param>
    /// <param name="draw">Draws.</param>
    /// <returns>What was drawn.</returns>
    public static T Draw<T>(long? seed, Func<T> draw)
    {
        lock (Gate)
        {
            if (seed is { } start)
            {
                torch.manual_seed(start);
            }

            return draw();
        }
    }
}
