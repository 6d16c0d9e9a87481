using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace SleapNn.Runtime;

/// <summary>
/// Fetches files whole or not at all: what arrives goes to <c>NAME.part</c> beside the target, which takes the target's
/// name only once it is complete and its hash is right. A download that was stopped goes on where it ended, and two
/// processes that want the same file wait for each other.
/// </summary>
internal static class FileDownload
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Fetches a file. Blocks until it is there.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="target">Where it goes; a file that is there already is kept as it is.</param>
    /// <param name="hashPrefix">What the file's SHA-256 has to start with; null checks none.</param>
    /// <param name="timeout">How long the server may stay silent.</param>
    /// <param name="report">Told the bytes that have arrived and, where the server says it, how many there are; at most a few times a second.</param>
    /// <param name="token">Stops the download; what has arrived is kept for the next time.</param>
    /// <exception cref="HttpRequestException">The server cannot be reached or refuses.</exception>
    /// <exception cref="IOException">The connection broke, or the disk is full.</exception>
    /// <exception cref="TimeoutException">The server stayed silent.</exception>
    /// <exception cref="InvalidDataException">The file has another hash.</exception>
    public static void Fetch(Uri address, string target, string? hashPrefix, TimeSpan timeout, Action<long, long?>? report, CancellationToken token) =>
        Fetch(address, target, stream => RequireHash(stream, hashPrefix), authorization: null, timeout, report, token);

    /// <summary>As the other form, with a check of one's own.</summary>
    /// <param name="address">The file's address.</param>
    /// <param name="target">Where it goes; a file that is there already is kept as it is.</param>
    /// <param name="check">Throws an <see cref="InvalidDataException"/> where what has arrived is not the file.</param>
    /// <param name="authorization">What the server wants to know of the user; it is told to no other server.</param>
    /// <param name="timeout">How long the server may stay silent.</param>
    /// <param name="report">Told the bytes that have arrived and how many there are.</param>
    /// <param name="token">Stops the download; what has arrived is kept for the next time.</param>
    public static void Fetch(
        Uri address, string target, Action<FileStream> check, AuthenticationHeaderValue? authorization, TimeSpan timeout, Action<long, long?>? report, CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        using var turn = AwaitTurn(target + ".lock", onWait: null, token);
        if (File.Exists(target))
        {
            return;
        }

        var part = target + ".part";
        using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16))
        {
            ReceiveAll(address, authorization, stream, timeout, report, token);
            stream.Flush(flushToDisk: true);
            try
            {
                check(stream);
            }
            catch (InvalidDataException)
            {
                stream.SetLength(0);
                throw;
            }
        }

        File.Move(part, target);
    }

    /// <summary>Whether a file's SHA-256 starts with some digits.</summary>
    public static bool HasHash(string path, string prefix)
    {
        using var stream = File.OpenRead(path);
        return HasHash(stream, prefix);
    }

    private static void RequireHash(FileStream stream, string? prefix)
    {
        if (prefix is not null && !HasHash(stream, prefix))
        {
            throw new InvalidDataException($"its SHA-256 does not start with {prefix}");
        }
    }

    private static bool HasHash(Stream stream, string prefix)
    {
        stream.Position = 0;
        return Convert.ToHexString(SHA256.HashData(stream)).StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Waits until no other process is at the same work. The lock is a file of its own, so that it is still held while the
    /// part takes the target's name. It stays: deleted under those who wait for it, it would be two files to two of them.
    /// </summary>
    /// <param name="path">The lock.</param>
    /// <param name="onWait">Told each time that somebody else holds it.</param>
    /// <param name="token">Stops waiting.</param>
    /// <returns>What holds the lock until it is disposed.</returns>
    internal static FileStream AwaitTurn(string path, Action? onWait, CancellationToken token)
    {
        while (true)
        {
            token.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                onWait?.Invoke();
                token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private static void ReceiveAll(Uri address, AuthenticationHeaderValue? authorization, FileStream part, TimeSpan timeout, Action<long, long?>? report, CancellationToken token)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Receive(client, address, authorization, part, timeout, report, token);
                return;
            }
            catch (Exception e) when (attempt < MaxAttempts && e is IOException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError })
            {
                token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200 * attempt));
                token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                throw new TimeoutException($"the server did not answer for {timeout.TotalSeconds:0} seconds");
            }
        }
    }

    private static void Receive(
        HttpClient client, Uri address, AuthenticationHeaderValue? authorization, FileStream part, TimeSpan timeout, Action<long, long?>? report, CancellationToken token)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var response = Ask(client, address, authorization, part, timeout, idle);
        if (response is null)
        {
            return;
        }

        var total = part.Length + response.Content.Headers.ContentLength;
        using var body = response.Content.ReadAsStream(idle.Token);
        var buffer = new byte[1 << 16];
        var sinceReport = Stopwatch.StartNew();
        report?.Invoke(part.Length, total);
        while (true)
        {
            idle.CancelAfter(timeout);
            var read = body.ReadAsync(buffer, idle.Token).AsTask().GetAwaiter().GetResult();
            if (read == 0)
            {
                break;
            }

            part.Write(buffer, 0, read);
            if (sinceReport.Elapsed > ReportInterval)
            {
                report?.Invoke(part.Length, total);
                sinceReport.Restart();
            }
        }

        if (total is { } expected && part.Length != expected)
        {
            throw new IOException($"the connection ended after {part.Length} of {expected} bytes");
        }
    }

    /// <summary>Asks for what is missing, and puts the part's position where it goes; null where nothing is missing.</summary>
    private static HttpResponseMessage? Ask(HttpClient client, Uri address, AuthenticationHeaderValue? authorization, FileStream part, TimeSpan timeout, CancellationTokenSource idle)
    {
        while (true)
        {
            var offset = part.Seek(0, SeekOrigin.End);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = authorization;
            if (offset > 0)
            {
                request.Headers.Range = new RangeHeaderValue(offset, null);
            }

            idle.CancelAfter(timeout);
            var response = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token).GetAwaiter().GetResult();
            var range = response.Content.Headers.ContentRange;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && offset > 0)
            {
                response.Dispose();
                if (range?.Length == offset)
                {
                    return null;
                }

                part.SetLength(0);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                using (response)
                {
                    throw new HttpRequestException($"the server answered {(int)response.StatusCode} ({response.ReasonPhrase})", null, response.StatusCode);
                }
            }

            if (response.StatusCode != HttpStatusCode.PartialContent || range?.From != offset)
            {
                // A server that knows no ranges sends all from the start.
                part.SetLength(0);
            }

            return response;
        }
    }
}
