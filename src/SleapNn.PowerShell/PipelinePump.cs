using System.Collections.Concurrent;
using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// The way from a worker thread to the pipeline: what is posted here is carried out on the pipeline's thread, in
/// order. A worker that posts faster than the pipeline can write waits for it.
/// </summary>
public sealed class PipelinePump
{
    private const int Capacity = 256;

    private readonly BlockingCollection<Action> queue = new(Capacity);
    private readonly Cmdlet cmdlet;
    private readonly CancellationToken token;

    private PipelinePump(Cmdlet cmdlet, CancellationToken token)
    {
        this.cmdlet = cmdlet;
        this.token = token;
    }

    /// <summary>How long work may take to end after Ctrl-C before the pipeline stops without it.</summary>
    public static TimeSpan StopGrace { get; } = TimeSpan.FromSeconds(1.6);

    /// <summary>Has something done on the pipeline's thread. Does nothing once the pipeline is stopping.</summary>
    /// <param name="action">What to do.</param>
    public void Post(Action action)
    {
        if (token.IsCancellationRequested)
        {
            return;
        }

        try
        {
            queue.Add(action, token);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // The pipeline is stopping or has stopped: nobody is left to show this to.
        }
    }

    /// <summary>Sends an object down the pipeline.</summary>
    /// <param name="value">The object.</param>
    public void WriteObject(object? value) => Post(() => cmdlet.WriteObject(value));

    /// <summary>Writes a verbose line.</summary>
    /// <param name="text">The text.</param>
    public void WriteVerbose(string text) => Post(() => cmdlet.WriteVerbose(text));

    /// <summary>Writes a warning.</summary>
    /// <param name="text">The text.</param>
    public void WriteWarning(string text) => Post(() => cmdlet.WriteWarning(text));

    /// <summary>Writes a debug line.</summary>
    /// <param name="text">The text.</param>
    public void WriteDebug(string text) => Post(() => cmdlet.WriteDebug(text));

    /// <summary>Shows progress.</summary>
    /// <param name="progress">The state of an activity.</param>
    public void WriteProgress(ProgressRecord progress) => Post(() => cmdlet.WriteProgress(progress));

    /// <summary>Writes a non-terminating error.</summary>
    /// <param name="error">The error.</param>
    public void WriteError(Exception error) => Post(() => cmdlet.WriteError(ErrorRecords.From(error, target: null)));

    /// <summary>A progress receiver whose reports are handled on the pipeline's thread.</summary>
    /// <typeparam name="T">What is reported.</typeparam>
    /// <param name="handle">Handles one report.</param>
    /// <returns>The receiver.</returns>
    public IProgress<T> ProgressOf<T>(Action<T> handle) => new Receiver<T>(this, handle);

    internal static T Run<T>(Cmdlet cmdlet, CancellationToken stopping, Func<PipelinePump, CancellationToken, T> work, TimeSpan stopGrace)
    {
        // Not disposed here: work that is left behind after a stop still holds its token.
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var token = cancel.Token;
        var pump = new PipelinePump(cmdlet, token);
        var worker = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return work(pump, token);
                }
                finally
                {
                    pump.queue.CompleteAdding();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        try
        {
            foreach (var action in pump.queue.GetConsumingEnumerable(token))
            {
                action();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            WaitAfterStop(worker, stopGrace);
            throw new PipelineStoppedException();
        }
        catch
        {
            // A command further down the pipeline has had enough, or an error action of Stop.
            cancel.Cancel();
            WaitAfterStop(worker, stopGrace);
            throw;
        }

        try
        {
            return worker.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    private static void WaitAfterStop<T>(Task<T> worker, TimeSpan stopGrace)
    {
        // What the work throws while it is being stopped has no reader, but must not go unobserved.
        worker.ContinueWith(t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted);
        try
        {
            worker.Wait(stopGrace);
        }
        catch (AggregateException)
        {
        }
    }

    private sealed class Receiver<T>(PipelinePump pump, Action<T> handle) : IProgress<T>
    {
        public void Report(T value) => pump.Post(() => handle(value));
    }
}
