using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.Automation;

/// <summary>What the journal knows of a video: its last line about it.</summary>
internal sealed record VideoRecord
{
    /// <summary>The video's path relative to the watched folder.</summary>
    public required string Name { get; init; }

    /// <summary>The video's size and time.</summary>
    public required FileStamp Stamp { get; init; }

    /// <summary>A hash of some of its content.</summary>
    public required string Hash { get; init; }

    /// <summary>How far it got.</summary>
    public required VideoStep Step { get; init; }

    /// <summary>When.</summary>
    public DateTime TimeUtc { get; init; } = DateTime.UtcNow;

    /// <summary>The labels file, relative to the folder of the results.</summary>
    public required string Output { get; init; }

    /// <summary>The state of that file before the attempt began; null where there was none.</summary>
    public FileStamp? OutputBefore { get; init; }

    /// <summary>The state of that file once it was written; null before.</summary>
    public FileStamp? OutputAfter { get; init; }

    /// <summary>Attempts that failed.</summary>
    public int Failures { get; init; }

    /// <summary>The length of the prediction's own journal when the attempt began: whether a killed attempt got anywhere.</summary>
    public long ProgressBytes { get; init; }

    /// <summary>Frames predicted.</summary>
    public long Frames { get; init; }

    /// <summary>Animals found.</summary>
    public long Instances { get; init; }

    /// <summary>The error's identifier, or null.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The error, or null.</summary>
    public string? Error { get; init; }

    /// <summary>As a line of the journal.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["event"] = Step.ToString().ToLowerInvariant(),
            ["time"] = TimeUtc.ToString("O", CultureInfo.InvariantCulture),
            ["video"] = Name,
            ["file"] = Stamp.ToString(),
            ["hash"] = Hash,
            ["output"] = Output,
            ["outputBefore"] = OutputBefore?.ToString(),
            ["outputAfter"] = OutputAfter?.ToString(),
            ["failures"] = Failures,
            ["progressBytes"] = ProgressBytes,
            ["frames"] = Frames,
            ["instances"] = Instances,
            ["errorId"] = ErrorId,
            ["error"] = Error,
        };
        foreach (var name in json.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            json.Remove(name);
        }

        return json;
    }

    /// <summary>Reads a line of the journal.</summary>
    /// <param name="json">The line.</param>
    /// <returns>The record; null where the line is about something else.</returns>
    /// <exception cref="Exception">The line is not as it was written: any of the errors of reading JSON.</exception>
    public static VideoRecord? FromJson(JsonObject json)
    {
        if (json["video"] is null || !Enum.TryParse<VideoStep>((string?)json["event"], ignoreCase: true, out var step))
        {
            return null;
        }

        return new VideoRecord
        {
            Name = (string)json["video"]!,
            Stamp = FileStamp.Parse((string?)json["file"]) ?? throw new JsonException("The line has no size and time of its file."),
            Hash = (string?)json["hash"] ?? "",
            Step = step,
            TimeUtc = DateTime.Parse((string)json["time"]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            Output = (string)json["output"]!,
            OutputBefore = FileStamp.Parse((string?)json["outputBefore"]),
            OutputAfter = FileStamp.Parse((string?)json["outputAfter"]),
            Failures = (int?)json["failures"] ?? 0,
            ProgressBytes = (long?)json["progressBytes"] ?? 0,
            Frames = (long?)json["frames"] ?? 0,
            Instances = (long?)json["instances"] ?? 0,
            ErrorId = (string?)json["errorId"],
            Error = (string?)json["error"],
        };
    }
}
