using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SleapNn.Tests.Training.Watching;

/// <summary>Answers as a server of Weights and Biases does, and keeps what it was asked.</summary>
internal sealed class WandbStandIn : IDisposable
{
    public const int LinesBefore = 4;

    private readonly HttpListener listener = new();
    private int seen;

    public WandbStandIn()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = Task.Factory.StartNew(Serve, TaskCreationOptions.LongRunning);
    }

    public string Address { get; }

    public int FailuresFirst { get; init; }

    public bool Refuses { get; init; }

    public ConcurrentQueue<(string Method, string Path, string? Authorization, string Body, string? ContentType)> Requests { get; } = new();

    public void Dispose() => listener.Close();

    private void Serve()
    {
        try
        {
            while (true)
            {
                var context = listener.GetContext();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                var body = reader.ReadToEnd();
                Requests.Enqueue((context.Request.HttpMethod, context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], body, context.Request.ContentType));
                context.Response.StatusCode = Refuses ? 401 : seen++ < FailuresFirst ? 503 : 200;
                var answer = context.Response.StatusCode != 200 ? "" : Answer(context.Request.Url.AbsolutePath, body);
                context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private string Answer(string path, string body)
    {
        if (path != "/graphql")
        {
            return "{}";
        }

        var variables = JsonNode.Parse(body)!["variables"]!;
        return body.Contains("upsertBucket", StringComparison.Ordinal)
            ? new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["upsertBucket"] = new JsonObject
                    {
                        ["bucket"] = new JsonObject
                        {
                            ["name"] = (string?)variables["name"],
                            ["project"] = new JsonObject { ["name"] = (string?)variables["project"], ["entity"] = new JsonObject { ["name"] = (string?)variables["entity"] ?? "me" } },
                            ["historyLineCount"] = LinesBefore,
                        },
                    },
                },
            }.ToJsonString()
            : new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["createRunFiles"] = new JsonObject
                    {
                        ["uploadHeaders"] = new JsonArray("Content-Type:image/png", "x-of-the-store:1"),
                        ["files"] = new JsonArray(new JsonObject { ["uploadUrl"] = $"{Address}/store/{(string?)variables["files"]![0]}" }),
                    },
                },
            }.ToJsonString();
    }
}
