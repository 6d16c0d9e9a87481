using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SleapNn.Tests.Models;

/// <summary>A web server on this machine that has one file under every address, with ranges, and can misbehave.</summary>
internal sealed class WeightsServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly byte[] content;
    private readonly Thread thread;

    public WeightsServer(byte[] content)
    {
        this.content = content;
        Address = $"http://127.0.0.1:{FreePort()}";
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    public string Address { get; }

    /// <summary>For each request, the first byte that it asked for, and its path.</summary>
    public List<(string Path, long From)> Requests { get; } = [];

    /// <summary>After how many bytes the next answers break off; each is used once.</summary>
    public Queue<int> BreakAfter { get; } = new();

    public bool KnowsRanges { get; set; } = true;

    public bool IsMissing { get; set; }

    /// <summary>Answers with nothing at all until it is closed.</summary>
    public bool IsSilent { get; set; }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        listener.Close();
        thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                Answer(listener.GetContext());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var from = context.Request.Headers["Range"] is { } range
            ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
        Requests.Add((context.Request.Url!.AbsolutePath, from));
        if (IsSilent)
        {
            return;
        }

        var response = context.Response;
        if (IsMissing)
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }

        if (from > 0 && KnowsRanges)
        {
            if (from >= content.Length)
            {
                response.StatusCode = 416;
                response.Headers["Content-Range"] = $"bytes */{content.Length}";
                response.Close();
                return;
            }

            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        else
        {
            from = 0;
        }

        response.ContentLength64 = content.Length - from;
        var rest = content.AsSpan((int)from);
        try
        {
            if (BreakAfter.TryDequeue(out var count))
            {
                response.OutputStream.Write(rest[..count]);
                response.OutputStream.Flush();
                response.Abort();
                return;
            }

            response.OutputStream.Write(rest);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The other side has gone.
        }
    }
}
