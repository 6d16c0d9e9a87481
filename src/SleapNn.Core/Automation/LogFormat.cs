namespace SleapNn;

/// <summary>How a log is written.</summary>
public enum LogFormat
{
    /// <summary>A line of text for each event.</summary>
    Text,

    /// <summary>A JSON object on a line of its own for each event.</summary>
    Json,
}
