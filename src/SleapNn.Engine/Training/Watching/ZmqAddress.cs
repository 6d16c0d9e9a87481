using NetMQ;

namespace SleapNn.Training.Watching;

/// <summary>Connects sockets.</summary>
internal static class ZmqAddress
{
    /// <summary>Connects, which succeeds also where nobody listens yet.</summary>
    /// <exception cref="TrainingException">The address is none (TrainingZmqAddress); the socket is closed then.</exception>
    public static void Connect(NetMQSocket socket, string address, string key)
    {
        try
        {
            socket.Connect(address);
        }
        catch (Exception e) when (e is NetMQException or ArgumentException or FormatException or System.Net.Sockets.SocketException or NotSupportedException)
        {
            socket.Dispose();
            throw new TrainingException(
                "TrainingZmqAddress",
                $"'{address}' ({key}) is no address to connect to: {e.Message.TrimEnd('.')}. Use a form such as tcp://127.0.0.1:9001.",
                address,
                e);
        }
    }
}
