namespace SleapNn;

/// <summary>How important an event of a log is.</summary>
public enum LogEventLevel
{
    /// <summary>What helps to find out why something happened or did not.</summary>
    Debug,

    /// <summary>What happened.</summary>
    Info,

    /// <summary>What somebody should look at.</summary>
    Warning,

    /// <summary>What ended the work.</summary>
    Error,
}
