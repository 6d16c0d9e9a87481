using static TorchSharp.torch;

namespace SleapNn.Runtime;

/// <summary>How many threads torch may use for a layer.</summary>
internal static class TorchThreads
{
    private static readonly object Gate = new();

    /// <summary>
    /// Sets the number for layers that are computed from the present thread. torch would start every new thread with the number
    /// that was set last, wherever; here those keep what they would have had.
    /// </summary>
    /// <param name="count">At least 1.</param>
    public static void Limit(int count)
    {
        lock (Gate)
        {
            // The first question makes torch set what this thread starts with, which it would otherwise do in the middle of the work.
            var usual = get_num_threads();
            if (count == usual)
            {
                return;
            }

            set_num_threads(count);
            var other = new Thread(() => set_num_threads(usual));
            other.Start();
            other.Join();
        }
    }
}
