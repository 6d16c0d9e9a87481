using SleapNn.Runtime;
using SleapNn.Training;
using TorchSharp;

namespace SleapNn.PowerShell;

/// <summary>Trains several models at once, each on a thread of its own. The GPUs, or the processor's cores, are shared out among them.</summary>
internal static class TrainingPool
{
    /// <summary>Trains; a run that fails does not stop the others.</summary>
    /// <param name="requests">What to train.</param>
    /// <param name="limit">How many at once.</param>
    /// <param name="progress">The receiver for the run of a number.</param>
    /// <param name="ended">Told, on any thread, of a run's number and what came of it: the run, or the error; neither where it was stopped before there was anything to keep.</param>
    /// <param name="token">Stops all of them.</param>
    public static void Run(
        IReadOnlyList<TrainingRequest> requests, int limit, Func<int, IProgress<TrainingProgress>> progress, Action<int, TrainingRun?, Exception?> ended, CancellationToken token)
    {
        NativeLibraries.EnsureLoaded();
        var slots = Math.Min(limit, requests.Count);

        // A run that is alone may take all GPUs.
        var gpus = slots > 1 ? Devices.Gpus() : [];
        var before = SetThreads(Math.Max(1, Environment.ProcessorCount / Math.Max(1, slots)));
        try
        {
            var next = -1;
            var workers = Enumerable.Range(0, slots).Select(slot => Task.Factory.StartNew(() => Work(slot), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            Task.WaitAll(workers, CancellationToken.None);

            void Work(int slot)
            {
                for (var i = Interlocked.Increment(ref next); i < requests.Count && !token.IsCancellationRequested; i = Interlocked.Increment(ref next))
                {
                    var request = requests[i];
                    var device = DeviceSpread.For(slot, request.Device, request.Config.TrainerConfig, gpus);
                    var (run, error) = Train(request with { Device = device }, progress(i), token);
                    ended(i, run, error);
                }
            }
        }
        finally
        {
            SetThreads(before);
        }
    }

    private static (TrainingRun? Run, Exception? Error) Train(TrainingRequest request, IProgress<TrainingProgress> progress, CancellationToken token)
    {
        try
        {
            return (Trainer.Run(request, progress, token), null);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (Exception e)
        {
            return (null, e is SleapException known ? SweepErrors.Named(known, request.Config) : e);
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
