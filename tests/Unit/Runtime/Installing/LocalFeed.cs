using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SleapNn.Tests.Runtime.Installing;

/// <summary>A NuGet server of protocol version 3 on this machine, over a folder of packages, that misbehaves on request.</summary>
internal sealed class LocalFeed : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly string folder;
    private readonly string root;

    public LocalFeed(string folder)
    {
        this.folder = folder;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            root = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(root);
        listener.Start();
        _ = Task.Run(Serve);
    }

    /// <summary>The feed's address.</summary>
    public string Address => root + "v3/index.json";

    /// <summary>The paths of all requests, with the ranges that they asked for.</summary>
    public ConcurrentQueue<(string Path, string? Range)> Requests { get; } = new();

    /// <summary>How many bytes of a file are sent before the connection breaks, by the start of the file's name.</summary>
    public ConcurrentDictionary<string, int> BreaksAfter { get; } = new();

    /// <summary>Files that are listed but not there, by the start of the file's name.</summary>
    public ConcurrentDictionary<string, bool> Missing { get; } = new();

    /// <summary>The hash that the catalogue tells, for files whose name starts so.</summary>
    public ConcurrentDictionary<string, string> Hashes { get; } = new();

    /// <summary>Whether the catalogue tells hashes at all.</summary>
    public bool TellsHashes { get; set; } = true;

    /// <summary>What a client has to send as Authorization; null lets everybody in.</summary>
    public string? Authorization { get; set; }

    /// <summary>Called before bytes of a package are sent.</summary>
    public Action<string>? OnPackage { get; set; }

    public int DownloadsOf(string start) => Requests.Count(r => r.Path.EndsWith(".nupkg", StringComparison.Ordinal) && Path.GetFileName(r.Path).StartsWith(start, StringComparison.Ordinal));

    public void Dispose() => ((IDisposable)listener).Dispose();

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() =>
            {
                try
                {
                    Answer(context);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
                {
                    // The client has gone.
                }
            });
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Requests.Enqueue((path, context.Request.Headers["Range"]));
        if (Authorization is not null && context.Request.Headers["Authorization"] != Authorization)
        {
            Close(context, 401);
            return;
        }

        var parts = path.Trim('/').Split('/');
        switch (parts)
        {
            case ["v3", "index.json"]:
                Text(context, $$"""{"version":"3.0.0","resources":[{"@id":"{{root}}flat/","@type":"PackageBaseAddress/3.0.0"},{"@id":"{{root}}registration","@type":"RegistrationsBaseUrl/3.6.0"},{"@id":"{{root}}old/","@type":"RegistrationsBaseUrl"}]}""");
                break;
            case ["flat", var id, "index.json"]:
                var versions = Directory.GetFiles(folder, "*.nupkg").Select(Path.GetFileNameWithoutExtension)
                    .Where(name => name!.StartsWith(id + ".", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(name[id.Length + 1])).Select(name => $"\"{name![(id.Length + 1)..]}\"").ToList();
                if (versions.Count == 0)
                {
                    Close(context, 404);
                }
                else
                {
                    Text(context, $"{{\"versions\":[{string.Join(",", versions)}]}}");
                }

                break;
            case ["registration", var id, var leaf] when TellsHashes && FileOf($"{id}.{Path.GetFileNameWithoutExtension(leaf)}.nupkg") is not null:
                Text(context, $"{{\"catalogEntry\":\"{root}catalog/{id}.{Path.GetFileNameWithoutExtension(leaf)}.nupkg.json\"}}");
                break;
            case ["catalog", var name]:
                var file = name[..^".json".Length];
                var hash = Hashes.Where(h => file.StartsWith(h.Key, StringComparison.Ordinal)).Select(h => h.Value).FirstOrDefault()
                    ?? Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(FileOf(file)!)));
                Text(context, $"{{\"packageHash\":\"{hash}\",\"packageHashAlgorithm\":\"SHA512\"}}");
                break;
            case ["flat", _, _, var name] when FileOf(name) is { } package && !Missing.Keys.Any(name.StartsWith):
                OnPackage?.Invoke(name);
                Package(context, name, File.ReadAllBytes(package));
                break;
            default:
                Close(context, 404);
                break;
        }
    }

    private string? FileOf(string name) => Directory.GetFiles(folder).FirstOrDefault(f => string.Equals(Path.GetFileName(f), name, StringComparison.OrdinalIgnoreCase));

    private void Package(HttpListenerContext context, string name, byte[] content)
    {
        var from = context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (from >= content.Length)
        {
            context.Response.Headers["Content-Range"] = $"bytes */{content.Length}";
            Close(context, 416);
            return;
        }

        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength64 = content.Length - from;
        var limit = BreaksAfter.Where(b => name.StartsWith(b.Key, StringComparison.Ordinal)).Select(b => (int?)b.Value).FirstOrDefault();
        if (limit is { } end)
        {
            context.Response.OutputStream.Write(content, from, Math.Max(0, end - from));
            context.Response.OutputStream.Flush();
            Thread.Sleep(100);
            context.Response.Abort();
            return;
        }

        context.Response.OutputStream.Write(content, from, content.Length - from);
        context.Response.Close();
    }

    private static void Text(HttpListenerContext context, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
        context.Response.Close();
    }

    private static void Close(HttpListenerContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Close();
    }
}
