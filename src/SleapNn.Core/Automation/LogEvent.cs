using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn;

/// <summary>An event of a log.</summary>
public sealed class LogEvent
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.Now;

    /// <summary>How important it is.</summary>
    public LogEventLevel Level { get; init; } = LogEventLevel.Info;

    /// <summary>The kind of event, one word that does not change, such as <c>done</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Message { get; init; }

    /// <summary>Values that belong to it: text, numbers, truth values; nulls are left out.</summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>How <see cref="ToString"/> writes it.</summary>
    public LogFormat Format { get; init; }

    /// <summary>The event on one line.</summary>
    /// <param name="format">As text or as JSON.</param>
    /// <returns>The line, without its end.</returns>
    public string ToLine(LogFormat format)
    {
        if (format == LogFormat.Text)
        {
            var time = Time.ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);
            return $"{time} {Level.ToString().ToUpperInvariant(),-7} {Message.ReplaceLineEndings(" ")}";
        }

        var json = new JsonObject
        {
            ["time"] = Time.ToString("O", CultureInfo.InvariantCulture),
            ["level"] = Level.ToString().ToLowerInvariant(),
            ["event"] = Name,
            ["message"] = Message,
        };
        foreach (var (name, value) in Fields.Where(field => field.Value is not null))
        {
            json[name] = JsonSerializer.SerializeToNode(value);
        }

        return json.ToJsonString(Json);
    }

    /// <inheritdoc/>
    public override string ToString() => Format == LogFormat.Json ? ToLine(LogFormat.Json) : Message;
}
