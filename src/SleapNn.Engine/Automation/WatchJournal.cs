using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.Automation;

/// <summary>
/// What was done with the videos of a folder: JSON lines that are only ever added, each flushed to the disk before the work goes
/// on. A kill leaves whole lines and perhaps a torn last one, which is cut off when the journal is opened again. Whoever has it
/// open has its lock: there is one watcher at a time.
/// </summary>
internal sealed class WatchJournal : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FolderLock? held;
    private readonly FileStream stream;
    private readonly Dictionary<string, VideoRecord> records = new(StringComparer.Ordinal);

    private WatchJournal(string path, FolderLock? held, FileStream stream)
    {
        Path = path;
        this.held = held;
        this.stream = stream;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is known of each video, by its name.</summary>
    public IReadOnlyDictionary<string, VideoRecord> Videos => records;

    /// <summary>How many lines could not be read.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file. Its folder is created when it is missing.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="AutomationException">Another watcher has it (WatcherBusy), or it may not be written (JournalAccess).</exception>
    public static WatchJournal Open(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var held = FolderLock.TryTake(System.IO.Path.ChangeExtension(path, ".lock")) ?? throw Busy(path);
            try
            {
                var journal = new WatchJournal(path, held, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
                journal.ReadAll();
                return journal;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
    }

    /// <summary>What a journal that others may be writing knows of each video.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <returns>The records by name.</returns>
    public static IReadOnlyDictionary<string, VideoRecord> Read(string path)
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, VideoRecord>();
        }

        using var journal = new WatchJournal(path, null, SharedFile.OpenRead(path));
        journal.ReadAll();
        return journal.Videos;
    }

    /// <summary>The last line of a kind in a journal that others may be writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The line's event.</param>
    /// <returns>The line; null where there is none, or no journal.</returns>
    public static JsonObject? LastLine(string path, string name)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var reader = new StreamReader(SharedFile.OpenRead(path));
        JsonObject? last = null;
        while (reader.ReadLine() is { } line)
        {
            last = Parse(line) is { } json && EventOf(json) == name ? json : last;
        }

        return last;
    }

    /// <summary>Adds what happened to a video. It is on the disk when this returns.</summary>
    /// <param name="record">What happened.</param>
    public VideoRecord Add(VideoRecord record)
    {
        Append(record.ToJson());
        return records[record.Name] = record;
    }

    /// <summary>Adds a line about the watcher itself.</summary>
    /// <param name="name">The event.</param>
    /// <param name="fields">What belongs to it.</param>
    public void AddEvent(string name, JsonObject fields)
    {
        var line = new JsonObject { ["event"] = name, ["time"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture) };
        foreach (var (key, value) in fields)
        {
            line[key] = value?.DeepClone();
        }

        Append(line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        held?.Dispose();
    }

    private void Append(JsonObject line)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString(Json) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw Unwritable(Path, error);
        }
    }

    private void ReadAll()
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (Parse(line) is not { } json)
                {
                    DamagedLines++;
                }
                else if (VideoRecord.FromJson(json) is { } record)
                {
                    records[record.Name] = record;
                }
            }
            catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
            {
                DamagedLines++;
            }
        }

        if (held is not null)
        {
            stream.SetLength(whole);
            stream.Position = whole;
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? EventOf(JsonObject json) => json["event"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static AutomationException Busy(string path)
    {
        var start = LastLine(path, "start");
        var who = start is null ? "" : $" (process {start["process"]} on {start["machine"]}, since {start["time"]})";
        return new AutomationException(
            "WatcherBusy",
            $"Another watcher is at work there{who}: '{path}' is locked. Wait for it or stop it; two watchers of a folder need a folder each for their results (-OutputPath).",
            path);
    }

    private static AutomationException Unwritable(string path, Exception error) =>
        new("JournalAccess", $"The watcher's journal '{path}' cannot be written, and without it videos might be handled twice: {error.Message} Choose a folder that can be written with -OutputPath.", path, error);
}
