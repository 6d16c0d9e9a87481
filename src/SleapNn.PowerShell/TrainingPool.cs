using SleapNn.Training;
using TorchSharp;

namespace SleapNn.PowerShell;

/// <summary>Trains several models at once, each on a thread of its own. The processor's cores are shared out among them.</summary>
internal static class TrainingPool
{
    /// <summary>Trains; each run is written as it ends, and one that fails does not stop the others.</summary>
    /// <param name="requests">What to train.</param>
    /// <param name="limit">How many at once.</param>
    /// <param name="pump">Takes runs and errors.</param>
    /// <param name="progress">The receiver for the run of a number.</param>
    /// <param name="token">Stops all of them.</param>
    public static void Run(IReadOnlyList<TrainingRequest> requests, int limit, PipelinePump pump, Func<int, IProgress<TrainingProgress>> progress, CancellationToken token)
    {
        Runtime.NativeLibraries.EnsureLoaded();
        var before = SetThreads(Math.Max(1, Environment.ProcessorCount / Math.Min(limit, requests.Count)));
        try
        {
            var next = -1;
            var workers = Enumerable.Range(0, Math.Min(limit, requests.Count)).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            Task.WaitAll(workers, CancellationToken.None);

            void Work()
            {
                for (var i = Interlocked.Increment(ref next); i < requests.Count && !token.IsCancellationRequested; i = Interlocked.Increment(ref next))
                {
                    Train(requests[i], pump, progress(i), token);
                }
            }
        }
        finally
        {
            SetThreads(before);
        }
    }

    private static void Train(TrainingRequest request, PipelinePump pump, IProgress<TrainingProgress> progress, CancellationToken token)
    {
        try
        {
            pump.WriteObject(Trainer.Run(request, progress, token));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped before there was anything to keep.
        }
        catch (Exception e)
        {
            pump.WriteError(e is SleapException known ? SweepErrors.Named(known, request.Config) : e);
        }
    }

    // On its own, since torch's type initializer may run as soon as a method that names torch is entered.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int SetThreads(int count)
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(count);
        return before;
    }
}
