using SleapNn.Augmentation;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>
/// An endless, numbered row of batches: pass after pass over the data, each in its own order. Batch k is the same
/// whenever and by however many workers it is made, so a run can go on where another ended.
/// </summary>
/// <param name="source">Where samples come from.</param>
/// <param name="batchSize">How many samples a batch has; the last one of a pass has what is left.</param>
/// <param name="shuffle">Whether each pass has an order of its own.</param>
/// <param name="workers">How many threads make batches ahead; 0 makes each when it is asked for.</param>
/// <param name="seed">The run's seed.</param>
public sealed class BatchLoader(SampleSource source, int batchSize, bool shuffle, int workers, long seed)
{
    /// <summary>How many batches a pass has.</summary>
    public int BatchesPerPass { get; } = (source.Count + batchSize - 1) / batchSize;

    /// <summary>Makes the loader that a configuration asks for.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="config">The options.</param>
    /// <param name="devices">How many devices there are: the batches of each are made as one, to be shared out.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The loader.</returns>
    public static BatchLoader Of(SampleSource source, DataLoaderConfig config, int devices, long seed) =>
        new(source, config.BatchSize * devices, config.Shuffle, config.NumWorkers, seed);

    /// <summary>Makes a batch. The caller disposes of it.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <returns>The batch.</returns>
    public Batch Make(long number)
    {
        var pass = number / BatchesPerPass;
        var start = (int)(number % BatchesPerPass) * batchSize;
        var count = Math.Min(batchSize, source.Count - start);
        var order = shuffle ? new SeededRandom(seed, -1, pass).Permutation(source.Count) : [.. Enumerable.Range(0, source.Count)];
        return Batch.Make(source, order.AsSpan(start, count).ToArray(), pass);
    }

    /// <summary>Gives batches in order while workers make the next ones. The caller disposes of each.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="token">Ends the row.</param>
    /// <returns>The batches.</returns>
    public IEnumerable<Batch> Take(long first, long count, CancellationToken token)
    {
        var made = new Queue<Task<Batch>>();
        var next = first;
        try
        {
            for (var number = first; number < first + count; number++)
            {
                token.ThrowIfCancellationRequested();
                while (made.Count < workers && next < first + count)
                {
                    var ahead = next++;
                    made.Enqueue(Task.Run(() => Make(ahead), token));
                }

                yield return made.Count > 0 ? made.Dequeue().GetAwaiter().GetResult() : Make(number);
            }
        }
        finally
        {
            foreach (var task in made)
            {
                // Whoever stops early has no use for what is still being made.
                task.ContinueWith(
                    t =>
                    {
                        if (t.IsCompletedSuccessfully)
                        {
                            t.Result.Dispose();
                        }
                        else
                        {
                            _ = t.Exception;
                        }
                    },
                    TaskScheduler.Default);
            }
        }
    }
}
