using NetMQ;
using NetMQ.Sockets;

namespace SleapNn.Training.Watching;

/// <summary>Takes the command to stop from SLEAP's window of losses (<c>trainer_config.zmq.controller_address</c>).</summary>
internal sealed class ZmqController : IRunObserver
{
    private const int LargestMessageBytes = 1 << 20;

    private readonly SubscriberSocket socket;
    private readonly TimeSpan wait;

    /// <summary>Connects to a window, or to the place where one will be.</summary>
    /// <param name="address">Such as <c>tcp://127.0.0.1:9000</c>.</param>
    /// <param name="wait">How long to wait for a command after each step.</param>
    /// <exception cref="TrainingException">The address is none (TrainingZmqAddress).</exception>
    public ZmqController(string address, TimeSpan wait)
    {
        // NetMQ waits for ever where it is to wait less than a millisecond.
        this.wait = wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.Zero : wait;
        socket = new SubscriberSocket();
        socket.Options.Linger = TimeSpan.Zero;
        socket.Options.MaxMsgSize = LargestMessageBytes;
        socket.SubscribeToAnyTopic();
        ZmqAddress.Connect(socket, address, "trainer_config.zmq.controller_address");
    }

    /// <inheritdoc/>
    public bool StopRequested { get; private set; }

    /// <inheritdoc/>
    public void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named)
    {
        var patience = wait;
        while (socket.TryReceiveFrameString(patience, out var message))
        {
            StopRequested |= ZmqMessages.IsStop(message);
            patience = TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
