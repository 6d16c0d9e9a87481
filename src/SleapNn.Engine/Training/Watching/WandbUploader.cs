using System.Text.Json;

namespace SleapNn.Training.Watching;

/// <summary>
/// Sends a run to the server in the background. Adding never waits: while the network is away entries pile up to a limit,
/// after which new ones are left to the run's file.
/// </summary>
internal sealed class WandbUploader : IDisposable
{
    private const int MostEntries = 10_000;
    private const int MostLinesAtOnce = 1000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    // A run that the server does not hear of for minutes counts as crashed.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly object gate = new();
    private readonly Queue<string> lines = [];
    private readonly Queue<(string Name, string Path)> files = [];
    private readonly CancellationTokenSource quit = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly TaskCompletionSource<string?> owner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WandbClient client;
    private readonly WandbRun run;
    private readonly TimeSpan silence;
    private readonly Task work;
    private WandbRun? changed;
    private string? summary;
    private int? exitCode;

    /// <summary>Makes the run on the server.</summary>
    /// <param name="client">The server; disposed with this.</param>
    /// <param name="run">The run.</param>
    /// <param name="silence">After how long with nothing to send the server is told that the run is alive; null for the usual time.</param>
    public WandbUploader(WandbClient client, WandbRun run, TimeSpan? silence = null)
    {
        (this.client, this.run, this.silence) = (client, run, silence ?? LongestSilence);
        work = Task.Run(Work);
    }

    /// <summary>Why the server does not have all of the run; null while nothing is known to be wrong.</summary>
    public string? Failure { get; private set; }

    /// <summary>Who owns the run, as the server says; waits for its answer.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <returns>The owner; null where the server did not answer in time.</returns>
    public string? EntityWithin(TimeSpan patience) => owner.Task.Wait(patience) ? owner.Task.Result : null;

    /// <summary>Adds a line of history and a new state of the summary.</summary>
    public void Add(string? line, string newSummary)
    {
        lock (gate)
        {
            summary = newSummary;
            if (line is not null && lines.Count < MostEntries)
            {
                lines.Enqueue(line);
            }
            else if (line is not null)
            {
                Failure ??= "more came than could be sent";
            }
        }

        wake.Release();
    }

    /// <summary>Gives the run another configuration.</summary>
    public void Change(WandbRun to)
    {
        lock (gate)
        {
            changed = to;
        }

        wake.Release();
    }

    /// <summary>Adds a file of the run.</summary>
    public void AddFile(string name, string path)
    {
        lock (gate)
        {
            if (files.Count < MostEntries)
            {
                files.Enqueue((name, path));
            }
        }

        wake.Release();
    }

    /// <summary>Ends the run.</summary>
    /// <param name="code">0 for one that went well.</param>
    /// <param name="patience">How long to wait until all is sent.</param>
    /// <returns>Whether the server has all of the run.</returns>
    public bool End(int code, TimeSpan patience)
    {
        lock (gate)
        {
            exitCode = code;
        }

        wake.Release();
        return work.Wait(patience) && Failure is null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        quit.Cancel();
        work.Wait();
        client.Dispose();
        wake.Dispose();
        quit.Dispose();
    }

    private async Task Work()
    {
        var token = quit.Token;
        try
        {
            var (entity, project, offset) = await Persist(() => client.Upsert(run, isChange: false, token)).ConfigureAwait(false);
            owner.TrySetResult(entity);
            while (true)
            {
                var isQuiet = !await wake.WaitAsync(silence, token).ConfigureAwait(false);
                string[] batch;
                WandbRun? change;
                string? state;
                int? code;
                bool isLast;
                (string Name, string Path)? file;
                lock (gate)
                {
                    batch = [.. lines.Take(MostLinesAtOnce)];
                    state = summary;
                    summary = null;
                    change = changed;
                    changed = null;
                    file = files.TryDequeue(out var next) ? next : null;
                    isLast = exitCode is not null && lines.Count == batch.Length && files.Count == 0;
                    code = isLast ? exitCode : null;
                }

                if (change is not null)
                {
                    await Persist(() => client.Upsert(change, isChange: true, token)).ConfigureAwait(false);
                }

                if (file is { } picture)
                {
                    var content = await File.ReadAllBytesAsync(picture.Path, token).ConfigureAwait(false);
                    await Persist(async () =>
                    {
                        await client.Upload(entity, project, run.Id, picture.Name, content, token).ConfigureAwait(false);
                        return true;
                    }).ConfigureAwait(false);
                }

                if (batch.Length > 0 || state is not null || code is not null || file is not null || isQuiet)
                {
                    var at = offset;
                    await Persist(async () =>
                    {
                        await client.Stream(entity, project, run.Id, at, batch, state, file?.Name, code, token).ConfigureAwait(false);
                        return true;
                    }).ConfigureAwait(false);
                    offset += batch.Length;
                    lock (gate)
                    {
                        for (var i = 0; i < batch.Length; i++)
                        {
                            lines.Dequeue();
                        }
                    }
                }

                if (isLast)
                {
                    Failure = lines.Count == 0 ? Failure : "the run ended before all was sent";
                    return;
                }

                if (exitCode is not null)
                {
                    wake.Release();
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            Failure ??= "the run ended before all was sent";
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException or JsonException or InvalidOperationException or NullReferenceException or UnauthorizedAccessException or UriFormatException)
        {
            Failure = e is HttpRequestException { StatusCode: System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden }
                ? "the server does not accept the API key"
                : e.Message.TrimEnd('.');
        }
        finally
        {
            owner.TrySetResult(null);
        }
    }

    private async Task<T> Persist<T>(Func<Task<T>> send)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                return await send().ConfigureAwait(false);
            }
            catch (Exception e) when (WandbClient.MayPass(e) && !quit.IsCancellationRequested)
            {
                await Task.Delay(pause, quit.Token).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
