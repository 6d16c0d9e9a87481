using System.Diagnostics;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace SleapNn.Training.Watching;

/// <summary>
/// Publishes how a run goes on to SLEAP's window of losses (<c>trainer_config.zmq.publish_address</c>). Messages that
/// nobody takes are dropped; sending never waits.
/// </summary>
internal sealed class ZmqPublisher : IRunObserver
{
    private const int QueueLength = 10_000;

    private readonly PublisherSocket socket;
    private readonly TimeSpan settling;
    private readonly Func<string?>? pageUrl;
    private readonly Stopwatch sinceConnecting = Stopwatch.StartNew();
    private string what = "";
    private int stepsPerEpoch = 1;
    private int begun = -1;

    /// <summary>Connects to a window, or to the place where one will be.</summary>
    /// <param name="address">Such as <c>tcp://127.0.0.1:9001</c>.</param>
    /// <param name="settling">
    /// How long after connecting the first message is sent: earlier ones would be lost, since a publisher drops what nobody
    /// has subscribed to yet. Null means 0.3 seconds, which reading labels takes anyway.
    /// </param>
    /// <param name="pageUrl">Gives the address of a page about the run, which the window shows, when the run begins; null where there is none.</param>
    /// <exception cref="TrainingException">The address is none (TrainingZmqAddress).</exception>
    public ZmqPublisher(string address, TimeSpan? settling = null, Func<string?>? pageUrl = null)
    {
        this.pageUrl = pageUrl;
        this.settling = settling ?? TimeSpan.FromMilliseconds(300);
        socket = new PublisherSocket();
        socket.Options.SendHighWatermark = QueueLength;
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        ZmqAddress.Connect(socket, address, "trainer_config.zmq.publish_address");
    }

    /// <inheritdoc/>
    public void Started(TrainingRun run, int epoch)
    {
        what = run.ModelType;
        stepsPerEpoch = Math.Max(1, run.StepsPerEpoch);
        if (settling > sinceConnecting.Elapsed)
        {
            Thread.Sleep(settling - sinceConnecting.Elapsed);
        }

        Send("train_begin", null, ("wandb_url", pageUrl?.Invoke()));
        BeginEpoch(epoch, 0);
    }

    /// <inheritdoc/>
    public void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named)
    {
        var batch = BatchOf(epoch, step);
        if (begun != epoch)
        {
            BeginEpoch(epoch, batch);
        }

        Send("batch_end", [new("loss", loss), .. named], ("epoch", epoch), ("batch", batch));
        if (batch + 1 < stepsPerEpoch)
        {
            Send("batch_start", null, ("batch", batch + 1));
        }
    }

    /// <inheritdoc/>
    public void EpochEnded(TrainingLogEntry entry) =>
        Send("epoch_end", ZmqMessages.LogsOf(entry), ("epoch", entry.Epoch));

    /// <inheritdoc/>
    public void Ended(TrainingRun run)
    {
        Send("train_end", null);

        // The library sends in a thread of its own, which ends with the process.
        Thread.Sleep(50);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private int BatchOf(int epoch, long step) => (int)(Math.Max(0, step - 1 - ((long)epoch * stepsPerEpoch)) % stepsPerEpoch);

    private void BeginEpoch(int epoch, int batch)
    {
        begun = epoch;
        Send("epoch_begin", null, ("epoch", epoch));
        Send("batch_start", null, ("batch", batch));
    }

    private void Send(string @event, IEnumerable<KeyValuePair<string, double>>? logs, params (string Name, JsonNode? Value)[] more) =>
        socket.TrySendFrame(ZmqMessages.Progress(what, @event, logs, more));
}
